/** The line about every action, and about those that were not let in. */
import { channel } from 'node:diagnostics_channel';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { formatCount } from '../../base/units.ts';
import type { ActionOutcome } from './action.ts';

/** Whoever subscribes to this channel of `node:diagnostics_channel` gets every {@link AuditRecord}. */
export const AUDIT_CHANNEL = 'plimsoll:system:action';

/** Who had what done, and what came of it. */
export interface AuditRecord {
  /** Ms since 1970. */
  readonly at: number;
  readonly action: string;
  /** To what: a cache's name, a snapshot's; not a session's id, which may be a secret. */
  readonly subject: string | undefined;
  /** Of the socket's other end. */
  readonly address: string | undefined;
  readonly outcome: ActionOutcome | 'denied';
  readonly message: string;
  readonly ms: number;
}

/** Those that are not let in must not fill the log: after a line about one, none for so long, ms. */
const DENIED_EVERY_MS = 60_000;

/** Writes the lines. */
export class Audit {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #channel: ReturnType<typeof channel> = channel(AUDIT_CHANNEL);
  #quietUntil = -Infinity;
  #unsaid = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Tells of an action. Never throws. */
  tell(record: Omit<AuditRecord, 'at'>): void {
    const whole: AuditRecord = { at: this.#clock.wallNow(), ...record };
    attempt(() => this.#channel.publish(whole));
    if (record.outcome !== 'denied') return this.#log(whole, whole.message);
    const now = this.#clock.steadyNow();
    if (now < this.#quietUntil) return void this.#unsaid++;
    this.#quietUntil = now + DENIED_EVERY_MS;
    const more = this.#unsaid === 0 ? '' : ` (and ${formatCount(this.#unsaid)} more since the last line)`;
    this.#unsaid = 0;
    this.#log(whole, `${whole.message}${more}`);
  }

  #log(record: AuditRecord, message: string): void {
    const { action, subject, address, outcome, ms, at } = record;
    const what = subject === undefined ? action : `${action} of ${JSON.stringify(subject)}`;
    const fields = { time: new Date(at).toISOString(), action, subject, address, outcome, ms: Math.round(ms) };
    const text = `${fields.time} plimsoll system: ${what} by ${address ?? 'an unknown address'}: ${outcome}. ${message}`;
    attempt(() => this.#logger.warn(fields, text));
  }
}

function attempt(run: () => void): void {
  try {
    run();
  } catch {
    // A logger or subscriber that throws is not this API's to mend.
  }
}
