/** A program that uses `plimsoll/otel`: the metrics as instruments of a meter. */
import { isPlimsollError } from 'plimsoll/errors';
import { type MeterLike, observeMetrics, type ObserverLike } from 'plimsoll/otel';

/** Stands for a meter of OpenTelemetry. */
class Meter implements MeterLike {
  readonly names: string[] = [];
  callback: ((observer: ObserverLike) => void) | undefined;

  readonly createObservableGauge: MeterLike['createObservableGauge'] = (name) => ({ name: this.names.push(name) });
  readonly createObservableCounter: MeterLike['createObservableCounter'] = this.createObservableGauge;
  readonly createObservableUpDownCounter: MeterLike['createObservableUpDownCounter'] = this.createObservableGauge;

  createHistogram(name: string): { record(): void } {
    this.names.push(name);
    return { record: () => {} };
  }

  addBatchObservableCallback(callback: (observer: ObserverLike) => void): void {
    this.callback = callback;
  }

  removeBatchObservableCallback(): void {
    this.callback = undefined;
  }
}

function refusalOf(meter: unknown): unknown {
  try {
    return observeMetrics(meter as MeterLike);
  } catch (error) {
    return error;
  }
}

export async function use(): Promise<Record<string, boolean>> {
  const meter = new Meter();
  const stop = observeMetrics(meter);
  const values: number[] = [];
  meter.callback?.({ observe: (_instrument, value) => void values.push(value) });
  stop();
  return {
    'instruments have the names of the conventions': meter.names.includes('process.memory.usage'),
    'they are observed': values.length > 5 && values.every((value) => Number.isFinite(value)),
    'and it ends': meter.callback === undefined,
    'what is no meter is refused': isPlimsollError(refusalOf(undefined), 'PLIM_ERR_OPTION_INVALID'),
  };
}
