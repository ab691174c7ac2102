/** What the owner of a tiered cache is to know: that the second tier is out, once per outage; that it holds what is not ours. */
import type { Alert, AlertLevel } from '../base/alert.ts';
import { warn } from '../base/warnings.ts';
import type { WarningCode } from '../base/warnings.ts';
import type { ResolvedTierOptions } from './options.ts';

type AlertOptions = Pick<ResolvedTierOptions<unknown>, 'name' | 'logger' | 'onAlert' | 'clock'>;

const MOST_KEPT = 50;
/** Bad values are told of once in so many ms, with their number. */
const VALUE_PAUSE = 60_000;

export class TierAlerts {
  damaged = 0;
  readonly #options: AlertOptions;
  readonly #kept: Alert[] = [];
  #isOut = false;
  #toldOfValues = { at: -Infinity, damaged: 0 };

  constructor(options: AlertOptions) {
    this.#options = options;
  }

  /** The last 50, oldest first. */
  list(): Alert[] {
    return [...this.#kept];
  }

  /** The second tier is out, or not heard. One alert until it is {@link back}. */
  out(message: string): void {
    if (this.#isOut) return;
    this.#isOut = true;
    this.#raise('critical', 'PLIM_WARN_TIER_DOWN', message);
  }

  back(message: string): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    this.#guard(() => this.#options.logger?.debug({ cache: this.#options.name }, message));
  }

  /** The second tier had, or was to have, a value that is none. */
  value(problem: string): void {
    this.damaged++;
    const now = this.#options.clock.steadyNow();
    if (now - this.#toldOfValues.at < VALUE_PAUSE) return;
    const count = this.damaged - this.#toldOfValues.damaged;
    this.#toldOfValues = { at: now, damaged: this.damaged };
    this.#raise('warning', 'PLIM_WARN_TIER_VALUE', count > 1 ? `${problem} (one of ${count})` : problem);
  }

  #raise(level: AlertLevel, code: WarningCode, problem: string): void {
    const { name, logger, onAlert, clock } = this.#options;
    const message = `Cache ${name === undefined ? '' : `'${name}' `}${problem}.`;
    const alert: Alert = { level, code, message, at: clock.wallNow() };
    this.#kept.push(alert);
    if (this.#kept.length > MOST_KEPT) this.#kept.shift();
    const write = level === 'critical' ? 'error' : 'warn';
    this.#guard(() => logger?.[write]({ code, level, cache: name }, message));
    if (onAlert !== undefined) this.#guard(() => onAlert(alert));
    else if (logger === undefined) warn({ code, message });
  }

  /** Nobody's logger brings a cache down. */
  #guard(call: () => unknown): void {
    try {
      const result = call();
      if (result instanceof Promise) result.catch(warnOfListener);
    } catch (error) {
      warnOfListener(error);
    }
  }
}

function warnOfListener(error: unknown): void {
  warn({
    code: 'PLIM_WARN_LISTENER_FAILED',
    message: `The logger or \`onAlert\` of a tiered cache threw: ${String(error)}`,
  });
}
