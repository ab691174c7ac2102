import { Monitor, type MonitorAlert, type MonitorOptions } from '../../src/monitor/index.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeMemory } from './fake-memory.ts';

/** A monitor of a process on paper, with all that it has told and all that has failed. */
export class MonitorDesk {
  readonly clock: FakeClock = new FakeClock();
  readonly memory: FakeMemory = new FakeMemory(this.clock);
  readonly monitor: Monitor;
  readonly alerts: MonitorAlert[] = [];
  readonly errors: string[] = [];

  constructor(options: MonitorOptions = {}) {
    const onError = (error: unknown, what: string): void => void this.errors.push(`${what}: ${String(error)}`);
    this.monitor = new Monitor({ clock: this.clock, door: this.memory, onError, ...options });
    this.monitor.on('alert', (alert) => void this.alerts.push(alert));
  }

  /** What was told of a rule, or of all: `fired warning`. */
  told(rule?: string): string[] {
    return this.alerts
      .filter((alert) => rule === undefined || alert.rule === rule)
      .map((alert) => `${alert.state} ${alert.level}`);
  }

  /** A floor every `everyMs`, as high as `bytesAt` says after so many minutes, for so many minutes. */
  run(minutes: number, everyMs: number, bytesAt: (minute: number) => number): void {
    const begun = this.clock.steadyNow();
    while (this.clock.steadyNow() - begun < minutes * 60_000) {
      this.clock.advance(everyMs);
      this.memory.floor(bytesAt((this.clock.steadyNow() - begun) / 60_000));
    }
  }
}
