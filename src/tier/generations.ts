/**
 * The generations of tags, as far as they are known here. An entry is valid while each of its tags is still in the generation that
 * it was written in. What is known is forgotten when the bus says that a tag has moved, or may have; so a read compares texts, and
 * asks the second tier only about tags that it has not met since.
 */
import type { Clock } from '../base/clock.ts';
import { Cache } from '../cache/index.ts';
import type { Calls } from './calls.ts';
import { newStamp } from './stamp.ts';
import type { Generation, Tier } from './tier.ts';

interface Known {
  readonly generation: string;
  /** How long the second tier keeps it, by the steady clock; `Infinity` where it does not matter. */
  readonly keptUntil: number;
}

/** The tag of everything. */
export const ROOT = '';
const MOST_KNOWN = 10_000;
/** For so long the state of a tag is kept in the second tier, when it is asked for to read. */
const KEEP_TO_READ = 60_000;
/** Ends of tags that are remembered for loads under way. */
const MOST_ENDED = 1000;

export class Generations {
  readonly #tier: Tier<unknown>;
  readonly #calls: Calls;
  readonly #clock: Clock;
  readonly #known: Cache<string, Known>;
  /** Each end of a tag has a number; those of the last ones by tag. */
  readonly #ended = new Map<string, number>();
  /** What the second tier is being asked, so that many who need it at once ask once. */
  readonly #asked = new Map<string, { readonly answer: Promise<string>; readonly keepMs: number }>();
  #turn = 0;
  /** Up to here the numbers are forgotten, or everything ended. */
  #floor = 0;

  constructor(tier: Tier<unknown>, calls: Calls, clock: Clock) {
    this.#tier = tier;
    this.#calls = calls;
    this.#clock = clock;
    this.#known = new Cache({ maxEntries: MOST_KNOWN, clock });
  }

  /** The number of ends so far; what begins now takes note of it. */
  get turn(): number {
    return this.#turn;
  }

  /** Whether one of the tags, or everything, has ended since. */
  hasEnded(tags: readonly string[], since: number): boolean {
    if (since < this.#floor) return true;
    return tags.some((tag) => (this.#ended.get(tag) ?? 0) > since);
  }

  /** The generations to write with an entry that is kept so long; that of everything first. Rejects as calls do. */
  async forWriting(tags: readonly string[], keepMs: number): Promise<Generation[]> {
    return Promise.all([ROOT, ...tags].map(async (tag) => [tag, await this.#get(tag, keepMs)] as const));
  }

  /** {@link forWriting} where nothing needs to be asked; `undefined` where something does. */
  knownForWriting(tags: readonly string[], keepMs: number): Generation[] | undefined {
    const until = this.#clock.steadyNow() + keepMs;
    const all: Generation[] = [];
    for (const tag of [ROOT, ...tags]) {
      const known = this.#known.get(tag);
      if (known === undefined || (known.keptUntil < until && tag !== ROOT)) return undefined;
      all.push([tag, known.generation]);
    }
    return all;
  }

  /** Whether an entry of these generations is valid; a promise where something must be asked, which may reject. */
  areCurrent(generations: readonly Generation[]): boolean | Promise<boolean> {
    let isKnown = true;
    for (const [tag, generation] of generations) {
      const known = this.#known.get(tag);
      if (known === undefined) isKnown = false;
      else if (known.generation !== generation) return false;
    }
    return isKnown || this.#ask(generations);
  }

  /** The generation of everything, if it is known. */
  get root(): string | undefined {
    return this.#known.peek(ROOT)?.generation;
  }

  /** Looks up the generation of everything; whether it is another than was known, or the second tier had lost it. */
  async checkRoot(): Promise<{ readonly generation: string; readonly hasMoved: boolean; readonly wasLost: boolean }> {
    const before = this.root;
    const turn = this.#turn;
    // What was known is put back, so that the loss of this one key makes nothing else invalid.
    const { generation, isNew } = await this.#calls.run(() =>
      this.#tier.generation(ROOT, before ?? newStamp(), Infinity),
    );
    if (!this.hasEnded([ROOT], turn)) this.#learn(ROOT, generation, Infinity);
    return {
      generation,
      hasMoved: before !== undefined && generation !== before,
      wasLost: before !== undefined && isNew,
    };
  }

  learnRoot(generation: string): void {
    this.end(ROOT);
    this.#learn(ROOT, generation, Infinity);
  }

  /** What is known of a tag is no longer true. */
  end(tag: string): void {
    this.#asked.delete(tag);
    this.#known.delete(tag);
    this.#ended.delete(tag);
    this.#ended.set(tag, ++this.#turn);
    if (this.#ended.size <= MOST_ENDED) return;
    const [oldest, turn] = this.#ended.entries().next().value!;
    this.#ended.delete(oldest);
    this.#floor = turn;
  }

  /** Nothing that is known may be relied on. */
  endAll(): void {
    this.#asked.clear();
    this.#known.clear();
    this.#ended.clear();
    this.#floor = ++this.#turn;
  }

  close(): void {
    void this.#known.close();
  }

  async #get(tag: string, keepMs: number): Promise<string> {
    const known = this.#known.get(tag);
    const until = this.#clock.steadyNow() + keepMs;
    if (known !== undefined && (tag === ROOT || known.keptUntil >= until)) return known.generation;
    const asked = this.#asked.get(tag);
    if (asked !== undefined && (tag === ROOT || asked.keepMs >= keepMs)) return asked.answer;
    const answer = this.#askFor(tag, keepMs);
    const question = { answer, keepMs };
    this.#asked.set(tag, question);
    try {
      return await answer;
    } finally {
      if (this.#asked.get(tag) === question) this.#asked.delete(tag);
    }
  }

  async #askFor(tag: string, keepMs: number): Promise<string> {
    const turn = this.#turn;
    const now = this.#clock.steadyNow();
    // Twice as long as needed, so that not every write has to prolong it.
    const ms = tag === ROOT ? Infinity : keepMs * 2;
    const { generation } = await this.#calls.run(() => this.#tier.generation(tag, newStamp(), ms));
    if (!this.hasEnded([tag], turn)) this.#learn(tag, generation, now + ms);
    return generation;
  }

  async #ask(generations: readonly Generation[]): Promise<boolean> {
    const turn = this.#turn;
    const tags = generations.map(([tag]) => tag);
    const current = await Promise.all(tags.map((tag) => this.#get(tag, KEEP_TO_READ)));
    // An answer that left before the end of a tag may arrive after it.
    return !this.hasEnded(tags, turn) && generations.every(([, generation], at) => current[at] === generation);
  }

  #learn(tag: string, generation: string, keptUntil: number): void {
    // Not beyond the time that the second tier keeps it: then somebody may begin another.
    this.#known.set(tag, { generation, keptUntil }, { ttl: keptUntil - this.#clock.steadyNow() });
  }
}
