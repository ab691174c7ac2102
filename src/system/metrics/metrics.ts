import { type Clock, systemClock } from '../../base/clock.ts';
import { invalidOption, readInteger } from '../../base/options.ts';
import { messageOf } from '../../base/errors.ts';
import { warn } from '../../base/warnings.ts';
import type { MetricsParts } from '../parts.ts';
import { collectFamilies, type Family } from './collect.ts';
import { type ExpositionFormat, writeExposition } from './exposition.ts';
import { readFigures } from './figures.ts';
import type { Gatherer } from './gather/gatherer.ts';
import { joinFamilies } from './gather/join.ts';
import { type ReadableRegistry, readForeign, readRegistries, registerIn, type WritableRegistry } from './registries.ts';
import { sampleNames } from './table.ts';

/** @see {@link Metrics} */
export interface MetricsOptions extends MetricsParts {
  /** Values that a label may have, caches by name above all; the figures of what is beyond are summed up under `_other`. @default 1000 */
  readonly maxLabelValues?: number;
  /** Registries of prom-client, or shaped like them, whose metrics are to be in the answer; ours win where names meet. */
  readonly registries?: readonly ReadableRegistry[];
  /** Gets the figures of cluster processes and worker threads. */
  readonly gather?: Gatherer;
  /** Takes what a part threw. @default one warning of the process for each part, `PLIM_WARN_SYSTEM_PART` */
  readonly onError?: (part: string, error: unknown) => void;
  /** Tells the time; for tests. @default the platform's clock */
  readonly clock?: Clock;
}

const MOST_LABEL_VALUES = 1_000;
/** A scrape within this time of another gets the same answer, ms. */
const KEPT_MS = 1_000;

/**
 * The figures of this process as metrics: `docs/guide/metrics.md` lists them.
 *
 * **Cost:** nothing until somebody asks; then about 15 us for each named cache.
 */
export class Metrics {
  readonly #parts: MetricsParts;
  readonly #maxLabelValues: number;
  readonly #registries: readonly ReadableRegistry[];
  readonly #gather: Gatherer | undefined;
  readonly #clock: Clock;
  readonly #onError: (part: string, error: unknown) => void;
  readonly #kept: Map<ExpositionFormat, { readonly at: number; readonly text: Promise<string> }> = new Map();
  #families: { readonly at: number; readonly list: readonly Family[] } | undefined;

  /** @throws {PLIM_ERR_OPTION_INVALID} */
  constructor(options: MetricsOptions = {}) {
    const { maxLabelValues = MOST_LABEL_VALUES, registries, gather, onError, clock = systemClock, ...parts } = options;
    this.#parts = parts;
    this.#maxLabelValues = readInteger('maxLabelValues', maxLabelValues, 1, 1_000_000);
    this.#registries = readRegistries(registries);
    if (gather !== undefined && typeof gather.gather !== 'function')
      throw invalidOption('gather', 'a gatherer', gather);
    this.#gather = gather;
    this.#clock = clock;
    this.#onError = onceEach(onError);
  }

  /** The points of this process now, or what was read within the last second. **Cost:** see the class. */
  collect(): readonly Family[] {
    const at = this.#clock.steadyNow();
    if (this.#families === undefined || at - this.#families.at >= KEPT_MS) {
      const limits = { maxLabelValues: this.#maxLabelValues, missing: this.#gather?.missing ?? null };
      const figures = readFigures(this.#parts, limits, this.#onError);
      this.#families = { at, list: collectFamilies(figures, this.#onError) };
    }
    return this.#families.list;
  }

  /** All metrics as text, those gathered and those of `registries` included; kept for a second. Never rejects. */
  text(format: ExpositionFormat = 'prometheus'): Promise<string> {
    const at = this.#clock.steadyNow();
    const kept = this.#kept.get(format);
    if (kept !== undefined && at - kept.at < KEPT_MS) return kept.text;
    const text = this.#write(format);
    this.#kept.set(format, { at, text });
    return text;
  }

  /**
   * Puts the metrics into a registry of prom-client, or shaped like one: `plimsoll_*` alone unless `all` is set. Names that it
   * has already stay its own.
   *
   * @returns a function that takes them out again.
   * @throws {PLIM_ERR_OPTION_INVALID}
   */
  register(registry: WritableRegistry, { all = false }: { readonly all?: boolean } = {}): () => void {
    const methods = ['registerMetric', 'getSingleMetric', 'removeSingleMetric'] as const;
    const isRegistry = typeof registry === 'object' && registry !== null;
    if (!isRegistry || methods.some((method) => typeof registry[method] !== 'function')) {
      throw invalidOption('registry', 'a registry of prom-client', registry);
    }
    return registerIn(registry, () => this.collect(), !all);
  }

  async #write(format: ExpositionFormat): Promise<string> {
    const gathered = (await this.#gather?.gather()) ?? [];
    const own = this.collect();
    const families = gathered.length === 0 ? own : joinFamilies(own, gathered);
    const taken = new Set(families.flatMap(({ metric }) => [metric.name, ...sampleNames(metric)]));
    return writeExposition(families, await readForeign(this.#registries, taken, this.#onError), format);
  }
}

function onceEach(onError: MetricsOptions['onError']): (part: string, error: unknown) => void {
  const told = new Set<string>();
  return (part, error) => {
    if (onError !== undefined) {
      try {
        return onError(part, error);
      } catch {
        // It is told below instead.
      }
    }
    if (told.has(part)) return;
    told.add(part);
    warn({ code: 'PLIM_WARN_SYSTEM_PART', message: `No figures of ${part}: ${messageOf(error)}` });
  };
}
