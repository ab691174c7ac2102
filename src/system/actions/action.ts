/** Something that the API does when told: one at a time, not too often, and never without a line about it. */
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { ActingName } from '../access/exposure.ts';
import { RateLimit } from '../access/rate-limit.ts';

/** How it went. */
export type ActionOutcome = 'done' | 'refused' | 'limited' | 'missing' | 'failed';

/** What came of an action. */
export interface ActionResult {
  readonly outcome: ActionOutcome;
  /** One sentence, for the log as well. */
  readonly message: string;
  /** Figures, for whoever asked. */
  readonly figures?: Readonly<Record<string, unknown>>;
  readonly retryAfterMs?: number;
}

/** What an action is asked to do, and to what. */
export interface ActionInput {
  /** A cache's name, a session's id. */
  readonly subject: string | undefined;
  readonly query: URLSearchParams;
}

/** A kind of action. */
export interface ActionKind {
  readonly name: ActingName;
  /** At most once in so long a time, ms. */
  readonly everyMs: number;
  /** Looks whether it may be done, without doing anything. */
  readonly preflight?: (input: ActionInput) => ActionResult | undefined;
  readonly run: (input: ActionInput) => ActionResult | Promise<ActionResult>;
}

/** Runs one kind of action. */
export class Action {
  readonly name: ActingName;
  readonly #kind: ActionKind;
  readonly #limit: RateLimit;
  readonly #flights: Map<string, Promise<ActionResult>> = new Map();

  constructor(kind: ActionKind, clock: Clock) {
    this.name = kind.name;
    this.#kind = kind;
    this.#limit = new RateLimit(kind.everyMs, clock);
  }

  /** Does it, or joins whoever is having the same done. Never rejects. */
  perform(input: ActionInput): Promise<ActionResult> {
    const key = `${input.subject ?? ''}?${input.query.toString()}`;
    const underway = this.#flights.get(key);
    if (underway !== undefined) return underway;
    const { waitMs } = this.#limit;
    if (waitMs > 0) return Promise.resolve(limited(waitMs));
    const refusal = attempt(() => this.#kind.preflight?.(input));
    if (refusal !== undefined) return Promise.resolve(refusal);
    this.#limit.take();
    const flight = this.#run(input).finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  /** Those who ask again while it stops the process are heard in the turns after it, and join it. */
  async #run(input: ActionInput): Promise<ActionResult> {
    await nextTurn();
    try {
      return await this.#kind.run(input);
    } catch (error) {
      return failed(error);
    } finally {
      await nextTurn();
      await nextTurn();
    }
  }
}

function attempt(look: () => ActionResult | undefined): ActionResult | undefined {
  try {
    return look();
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): ActionResult {
  return { outcome: 'failed', message: messageOf(error) };
}

function limited(waitMs: number): ActionResult {
  const seconds = Math.ceil(waitMs / 1000);
  return { outcome: 'limited', message: `It may be done again in ${seconds} s.`, retryAfterMs: waitMs };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
