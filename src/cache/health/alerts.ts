import type { Clock } from '../../base/clock.ts';
import { warn } from '../../base/warnings.ts';
import type { WarningCode } from '../../base/warnings.ts';
import type { AlertLevel } from '../../base/alert.ts';
import type { CacheAlert } from './alert.ts';
import type { ResolvedHealthOptions } from './health-options.ts';

/** Takes the error of a function of the user's, with the name of its option. */
export type OnCallbackError = (which: string, error: unknown) => void;

/** Alerts kept; also how many a handler may cause from inside itself. */
const MOST_KEPT = 50;
/** What a cache notices without having been asked to: of use only where one knows which cache it is about. */
const NEEDS_NAME: ReadonlySet<WarningCode> = new Set<WarningCode>([
  'PLIM_WARN_CACHE_FULL',
  'PLIM_WARN_CACHE_THRASHING',
]);

/** The last alerts of one cache, and the way each takes to its owner. */
export class Alerts {
  readonly #name: string | undefined;
  readonly #options: ResolvedHealthOptions;
  readonly #clock: Clock;
  readonly #onError: OnCallbackError;
  readonly #kept: CacheAlert[] = [];
  #waiting: CacheAlert[] = [];
  #isTelling = false;
  /** What the process was warned of, which it is once. */
  #warned: Set<string> | undefined;

  constructor(
    name: string | undefined,
    options: ResolvedHealthOptions,
    { clock, onError }: { readonly clock: Clock; readonly onError: OnCallbackError },
  ) {
    this.#name = name;
    this.#options = options;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** The last 50, oldest first. */
  list(): CacheAlert[] {
    return [...this.#kept];
  }

  /** Keeps an alert and tells whoever is to hear of it. Never throws. */
  raise(level: AlertLevel, code: WarningCode, message: string): void {
    const alert = { level, code, message, at: this.#clock.wallNow(), cache: this.#name };
    this.#kept.push(alert);
    if (this.#kept.length > MOST_KEPT) this.#kept.shift();
    this.#waiting.push(alert);
    if (!this.#isTelling) this.#tellAll();
  }

  /** What a handler causes comes after it, and not without end. */
  #tellAll(): void {
    this.#isTelling = true;
    for (let left = MOST_KEPT; left > 0 && this.#waiting.length > 0; left--) this.#tell(this.#waiting.shift()!);
    this.#waiting = [];
    this.#isTelling = false;
  }

  #tell(alert: CacheAlert): void {
    const { logger, onAlert } = this.#options;
    const { level, code, message, cache } = alert;
    if (logger !== undefined) {
      const write = level === 'critical' ? 'error' : 'warn';
      this.#guard('logger', () => logger[write]({ code, level, cache }, message));
    }
    if (onAlert !== undefined) this.#guard('onAlert', () => onAlert(alert));
    else if (logger === undefined) this.#warnProcess(alert);
  }

  #warnProcess({ level, code, message, cache }: CacheAlert): void {
    const what = `${code} ${level}`;
    if ((cache === undefined && NEEDS_NAME.has(code)) || this.#warned?.has(what) === true) return;
    this.#warned ??= new Set();
    this.#warned.add(what);
    warn({ code, message });
  }

  /** Calls the user's function; what it throws, at once or later, goes where such errors go. */
  #guard(which: string, call: () => unknown): void {
    try {
      const result = call();
      if (result instanceof Promise) result.catch((error: unknown) => this.#onError(which, error));
    } catch (error) {
      this.#onError(which, error);
    }
  }
}
