/**
 * One load of a key, as the first tier sees it: first the second tier is asked, then, if need be, the user's loader, one process at
 * a time where there are leases; what it gives is stored in the second tier on condition that nobody wrote the key meanwhile.
 */
import { isPlimsollError, messageOf } from '../base/errors.ts';
import type { TierError } from '../base/errors.ts';
import type { KeepOptions, LoadContext } from '../cache/index.ts';
import { heldOf } from './first-tier.ts';
import { Held } from './held.ts';
import type { LoadSource } from './load-source.ts';
import { readTags, readTtl } from './options.ts';
import type { TierParts } from './parts.ts';
import type { Look, SecondReads } from './second-reads.ts';
import { newStamp } from './stamp.ts';
import type { Generation, NewEntry, TierEntry } from './tier.ts';
import type { Passage } from './under-way.ts';

/** What is to be loaded. */
export interface LoadRequest<V> {
  readonly key: string;
  readonly source: LoadSource<V>;
  readonly tags: readonly string[];
  /** What the first tier holds and does not trust. */
  readonly suspect: Held<V> | undefined;
  /** Whether the loader runs whatever the second tier has. */
  readonly isForced: boolean;
}

/** A load while it runs. */
interface Running<V> extends LoadRequest<V> {
  readonly context: LoadContext<Held<V>>;
  readonly passage: Passage;
  readonly epoch: number;
  readonly turn: number;
  /** When it began, by the steady clock. */
  readonly began: number;
}

/** A lease that we have, and whether a write has ended it. */
interface Holding {
  readonly token: string;
  isOver: boolean;
}

/** What the loader gave, and said of it. */
interface Loaded<V> {
  readonly value: V | undefined;
  readonly kept: KeepOptions;
}

export class ReadThrough<V> {
  readonly #parts: TierParts<V>;
  readonly #second: SecondReads<V>;

  constructor(parts: TierParts<V>, second: SecondReads<V>) {
    this.#parts = parts;
    this.#second = second;
  }

  /** Gets what the first tier is to hold; `context` is told for how long. */
  async run(request: LoadRequest<V>, context: LoadContext<Held<V>>): Promise<Held<V>> {
    const { underWay, first, generations, options } = this.#parts;
    const { key, source } = request;
    const passage = underWay.begin(key);
    const began = options.clock.steadyNow();
    const running = { ...request, context, passage, epoch: first.fillEpoch, turn: generations.turn, began };
    try {
      const look = await source.find(key);
      if (look.entry !== undefined && this.#mayUse(look.entry, running)) return this.#keep(look.entry, running);
      if (look.error !== undefined && options.throws) return this.#fallBack(look, running, look.error);
      return await this.#load(look, running);
    } finally {
      underWay.end(key, passage);
    }
  }

  /** Fresh, and when something is to be renewed, other than that. */
  #mayUse(entry: TierEntry<V>, { isForced, context, suspect }: Running<V>): boolean {
    if (isForced || !this.#second.isFresh(entry)) return false;
    const old = suspect === undefined ? context.staleValue : undefined;
    return old === undefined || old.stamp !== entry.stamp || !this.#parts.options.isRefreshing;
  }

  #keep(entry: TierEntry<V>, running: Running<V>): Held<V> {
    const { counters, first } = this.#parts;
    const { suspect, epoch, context, passage } = running;
    counters.secondHits++;
    const tags = entry.generations.slice(1).map(([tag]) => tag);
    context.keepFor({ ttl: passage.isOlder(entry.stamp) ? 0 : first.ttlOf(entry), tags });
    if (suspect?.stamp !== entry.stamp) return heldOf(entry, epoch);
    counters.revalidated++;
    return new Held(suspect.value, suspect.isMissing, suspect.stamp, epoch);
  }

  async #load(look: Look<V>, running: Running<V>): Promise<Held<V>> {
    const { leases, tier } = this.#parts;
    this.#parts.counters.misses++;
    if (leases === undefined || look.error !== undefined || !tier.isConditional)
      return this.#loadNow(look, running, undefined);
    const { key, context, source } = running;
    let latest = look;
    const lookAgain = async (): Promise<TierEntry<V> | undefined> => {
      latest = await this.#second.find(key);
      return latest.entry !== undefined && this.#mayUse(latest.entry, running) ? latest.entry : undefined;
    };
    const outcome = await leases.take(key, context.signal, lookAgain, () => source.waits(key));
    if (outcome.kind === 'entry') return this.#keep(outcome.entry, running);
    const token = outcome.kind === 'lease' ? outcome.token : undefined;
    return this.#loadNow(latest, running, token);
  }

  async #loadNow(look: Look<V>, running: Running<V>, lease: string | undefined): Promise<Held<V>> {
    const holding = lease === undefined ? undefined : { token: lease, isOver: false };
    try {
      const generations = look.error === undefined ? await this.#generations(running) : undefined;
      const loaded = await this.#callLoader(running);
      if (look.error !== undefined || generations === undefined) return this.#keepHere(loaded, running);
      return await this.#store(look, loaded, running, generations, holding);
    } catch (error) {
      return this.#fallBack(look, running, error);
    } finally {
      if (holding?.isOver === false) void this.#parts.leases!.end(running.key, holding.token);
    }
  }

  /** The generations of the tags that are known before the load; `undefined` when the second tier cannot say. */
  async #generations({ tags }: Running<V>): Promise<Generation[] | undefined> {
    const { generations, options } = this.#parts;
    try {
      return await generations.forWriting(tags, this.#keepMs(options.ttl));
    } catch {
      return undefined;
    }
  }

  async #callLoader({ key, source, context, suspect }: Running<V>): Promise<Loaded<V>> {
    let kept: KeepOptions = {};
    const value = await source.load(key, {
      get signal() {
        return context.signal;
      },
      staleValue: suspect === undefined ? context.staleValue?.value : suspect.value,
      keepFor: (options) => void (kept = checkKept(options)),
    });
    return { value, kept };
  }

  async #store(
    look: Look<V>,
    { value, kept }: Loaded<V>,
    running: Running<V>,
    before: readonly Generation[],
    holding: Holding | undefined,
  ): Promise<Held<V>> {
    const { options, calls, tier, counters } = this.#parts;
    const { key, passage, context, epoch } = running;
    const ttl = this.#ttlOf(value, kept);
    const stamp = newStamp();
    const held = new Held(value, value === undefined, stamp, epoch);
    if (ttl === 0 || this.#isTooLate(running)) {
      if (value === undefined && look.entry !== undefined) await this.#drop(key);
      return this.#pass(held, context);
    }
    let generations: readonly Generation[] | undefined;
    try {
      generations = await this.#withTags(before, kept, running, ttl);
    } catch {
      return this.#keepHere({ value, kept }, running);
    }
    if (generations === undefined) return this.#pass(held, context);
    passage.stamp = stamp;
    const now = options.clock.wallNow();
    const kind = value === undefined ? ('missing' as const) : ('value' as const);
    const entry: NewEntry<V> = {
      kind,
      value,
      stamp,
      writtenAt: now,
      expiresAt: now + ttl,
      generations,
      keepMs: this.#keepMs(ttl),
    };
    const condition = look.stamp === undefined ? undefined : { stamp: look.stamp, lease: holding?.token };
    let isStored: boolean;
    try {
      isStored = await calls.run(() => tier.set(key, entry, condition));
    } catch (error) {
      this.#tellOfRefusal(error);
      return this.#keepHere({ value, kept }, running);
    }
    // The write has ended the lease, if it was conditional.
    if (holding !== undefined) holding.isOver = condition !== undefined;
    if (!isStored) counters.refusedStores++;
    if (!isStored || passage.isOvertaken) return this.#pass(held, context);
    // Where nothing was, nobody holds anything; others may wait for what a lease brings.
    if (look.stamp !== '' || holding !== undefined) this.#parts.publish({ kind: 'set', key, stamp });
    this.#settle(held, entry, running);
    return held;
  }

  /** An outage is told of by the breaker; that a value was not taken, here. */
  #tellOfRefusal(error: unknown): void {
    const { tier, alerts } = this.#parts;
    const isRefusal = isPlimsollError(error, 'PLIM_ERR_TIER_VALUE') || tier.isAnswer((error as TierError).cause);
    if (isRefusal) alerts.value(`could not store a loaded value: ${messageOf(error)}`);
  }

  /** Puts it into the first tier at once: a plain read of before may do so yet, unless it hears of this. */
  #settle(held: Held<V>, entry: TierEntry<V>, { key, context }: Running<V>): void {
    const { underWay, first, debts } = this.#parts;
    underWay.overtake(key, held.stamp);
    debts.settle(key);
    first.put(key, held, first.ttlOf(entry), tagsOf(entry.generations));
    context.keepFor({ ttl: 0 });
  }

  /** The generations to store; `undefined` when one of the tags has ended since the load began. */
  async #withTags(
    before: readonly Generation[],
    { tags }: KeepOptions,
    { turn }: Running<V>,
    ttl: number,
  ): Promise<readonly Generation[] | undefined> {
    const { generations } = this.#parts;
    const known = tagsOf(before);
    const late = readTags(tags).filter((tag) => !known.includes(tag));
    const all =
      late.length === 0 ? before : [...before, ...(await generations.forWriting(late, this.#keepMs(ttl))).slice(1)];
    return generations.hasEnded(tagsOf(all), turn) ? undefined : all;
  }

  /** It is given to those who wait, and stored nowhere. */
  #pass(held: Held<V>, context: LoadContext<Held<V>>): Held<V> {
    context.keepFor({ ttl: 0 });
    return held;
  }

  /** The second tier cannot take it: the first keeps it for a while, until all is well again. */
  #keepHere({ value, kept }: Loaded<V>, { context, passage }: Running<V>): Held<V> {
    const { options, first } = this.#parts;
    const ttl = passage.isOvertaken ? 0 : Math.min(this.#ttlOf(value, kept), options.outageTtl);
    context.keepFor({ ttl, tags: readTags(kept.tags) });
    return new Held(value, value === undefined, newStamp(), first.epoch);
  }

  /** An old value in place of an error, where that is wanted and there is one. */
  #fallBack({ entry }: Look<V>, { suspect, context }: Running<V>, error: unknown): Held<V> {
    const { options, first } = this.#parts;
    const { staleIfError, clock } = options;
    if (suspect !== undefined && clock.steadyNow() - first.suspectSince < staleIfError) {
      context.keepFor({ ttl: options.outageTtl });
      return new Held(suspect.value, suspect.isMissing, suspect.stamp, first.epoch);
    }
    if (entry !== undefined && staleIfError > 0 && clock.wallNow() - entry.expiresAt < staleIfError) {
      return this.#pass(heldOf(entry, first.epoch), context);
    }
    throw error;
  }

  async #drop(key: string): Promise<void> {
    const { calls, tier, options, debts } = this.#parts;
    try {
      await calls.run(() => tier.delete(key, newStamp(), options.fenceTtl));
      this.#parts.publish({ kind: 'delete', key });
    } catch {
      debts.owe(key);
    }
  }

  #ttlOf(value: V | undefined, kept: KeepOptions): number {
    const { options } = this.#parts;
    if (value === undefined) return options.missingTtl;
    return spread(kept.ttl === undefined ? options.ttl : readTtl('ttl', kept.ttl), options.jitter);
  }

  /** Its time and that of a fallback after it. */
  #keepMs(ttl: number): number {
    return ttl + this.#parts.options.staleIfError;
  }

  /** A delete that came meanwhile may be forgotten by now. */
  #isTooLate({ began, passage }: Running<V>): boolean {
    const { clock, fenceTtl } = this.#parts.options;
    return passage.isOvertaken || clock.steadyNow() - began >= fenceTtl;
  }
}

/** A time of life, shortened at random by up to a share of it. */
export function spread(ttl: number, jitter: number): number {
  return ttl === Infinity || jitter === 0 ? ttl : Math.ceil(ttl * (1 - jitter * Math.random()));
}

function tagsOf(generations: readonly Generation[]): string[] {
  return generations.slice(1).map(([tag]) => tag);
}

function checkKept(options: KeepOptions): KeepOptions {
  if (options.ttl !== undefined) readTtl('ttl', options.ttl);
  readTags(options.tags);
  return options;
}
