/** What a broker tells, and how it is passed on. */
import type { Alert, AlertLevel } from '../base/alert.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { warn, type WarningCode } from '../base/warnings.ts';

/** Something about a session, or about all of them, that somebody should know. */
export interface SessionAlert extends Alert {
  /** Of the session; `undefined` when it is about all of them. */
  readonly session: string | undefined;
  /** Of the budget, where it is about one. */
  readonly component: string | undefined;
}

/** Why a session was closed. */
export type SessionEnd =
  /** Somebody said so: `close`, `closeAll`, or the end of the broker or of its scope. */
  | 'closed'
  /** Unused for `idleTtl`. */
  | 'idle'
  /** Older than `ttl`. */
  | 'expired'
  /** It made room for another. */
  | 'evicted'
  /** Its worker ran out of memory. */
  | 'memory'
  /** Its worker failed, or ended by itself. */
  | 'failed';

/** @see {@link SessionBroker.events} */
export interface SessionEvents {
  readonly opened: { readonly id: string };
  /** `error`: what did not end as it should, if anything. */
  readonly closed: { readonly id: string; readonly cause: SessionEnd; readonly error: unknown };
  readonly alert: SessionAlert;
  readonly 'alert:warning': SessionAlert;
  readonly 'alert:critical': SessionAlert;
}

/** What is said in an alert, without what is known of it anyway. */
export interface AlertText {
  readonly level: AlertLevel;
  readonly code: WarningCode;
  readonly message: string;
  readonly session?: string | undefined;
  readonly component?: string | undefined;
}

/** Passes events on, and alerts to whoever listens: events, the logger, else the process, once for each code. */
export class SessionNews {
  readonly events: Emitter<SessionEvents> = new Emitter();
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  readonly #warned: Set<WarningCode> = new Set();
  readonly #counts = { warning: 0, critical: 0 };

  constructor(clock: Clock, logger: Logger | undefined) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Alerts so far. */
  get counts(): { readonly warning: number; readonly critical: number } {
    return { ...this.#counts };
  }

  alert({ level, code, message, session, component }: AlertText): void {
    const alert: SessionAlert = { level, code, message, at: this.#clock.wallNow(), session, component };
    this.#counts[level]++;
    const named = `alert:${level}` as const;
    const isHeard = this.events.count('alert') + this.events.count(named) > 0;
    this.#log(alert);
    this.events.emit('alert', alert);
    this.events.emit(named, alert);
    if (isHeard || this.#logger !== undefined || this.#warned.has(code)) return;
    this.#warned.add(code);
    warn({ code, message });
  }

  #log(alert: SessionAlert): void {
    const { level, message, ...fields } = alert;
    try {
      this.#logger?.[level === 'critical' ? 'error' : 'warn'](fields, message);
    } catch {
      // A logger that throws is no reason to stop.
    }
  }
}
