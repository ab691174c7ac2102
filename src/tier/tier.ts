/**
 * What a second tier is to the cache in front of it: entries with a stamp that changes with every write, so that a value can be
 * stored on condition that nobody wrote meanwhile, and generations, so that many entries can be made invalid at once.
 */

/** A tag with the generation that an entry of it was written in; the whole tier is the tag `''`, and stands first. */
export type Generation = readonly [tag: string, generation: string];

/** What is found under a key. */
export type TierFound<V> = TierEntry<V> | TierFence | TierDamage;

/** A value, or the knowledge that there is none. */
export interface TierEntry<V> {
  readonly kind: 'value' | 'missing';
  /** The value; `undefined` when it is known that there is none. */
  readonly value: V | undefined;
  /** Differs from that of any other write of the key. 12 characters. */
  readonly stamp: string;
  /** When it was written, in ms since 1970, by the writer's clock. */
  readonly writtenAt: number;
  /** From when on it is not fresh, in ms since 1970; `Infinity`: never. It may stay longer, as a fallback. */
  readonly expiresAt: number;
  readonly generations: readonly Generation[];
}

/** The trace that a delete leaves for a while: what was loaded before it must not be stored after it. */
export interface TierFence {
  readonly kind: 'deleted';
  readonly stamp: string;
}

/** Something that is no entry of ours, or not whole. */
export interface TierDamage {
  readonly kind: 'damaged';
  readonly problem: string;
}

/** What is to be stored. */
export interface NewEntry<V> extends Omit<TierEntry<V>, 'kind'> {
  readonly kind: 'value' | 'missing';
  /** How long it is kept, in ms from now; `Infinity`: without end. */
  readonly keepMs: number;
}

/** On what condition an entry is stored. */
export interface StoreCondition {
  /** The stamp that must be under the key still; `''`: nothing must be there. */
  readonly stamp: string;
  /** The lease that must still be ours, and ends with the write. */
  readonly lease?: string | undefined;
}

/** The generation of a tag, and whether it began only now. */
export interface HeldGeneration {
  readonly generation: string;
  readonly isNew: boolean;
}

/** A store that several processes share. Every method may reject; none may be trusted to come back in time. */
export interface Tier<V> {
  /** What alerts call it. */
  readonly name: string;
  /** Whether `set` minds its condition, and leases exclude each other. A tier that cannot takes conditions for granted. */
  readonly isConditional: boolean;
  get(key: string): Promise<TierFound<V> | undefined>;
  /** In the order of `keys`. */
  getMany(keys: readonly string[]): Promise<(TierFound<V> | undefined)[]>;
  /** Stores; whether it did, which depends on the condition alone. */
  set(key: string, entry: NewEntry<V>, condition?: StoreCondition): Promise<boolean>;
  /** Takes the key out and leaves a fence with `stamp` for `fenceMs`; whether there was an entry. */
  delete(key: string, stamp: string, fenceMs: number): Promise<boolean>;
  /** The generation of a tag; where there is none, `otherwise` is stored for `keepMs` and becomes it. */
  generation(tag: string, otherwise: string, keepMs: number): Promise<HeldGeneration>;
  /** Ends the generation of a tag, so that all entries of it are invalid; for the tag `''` another one begins. */
  endGeneration(tag: string, next?: string): Promise<void>;
  /** Removes what is not of that generation of the whole tier; may take its time. */
  sweep(generation: string, signal: AbortSignal): Promise<void>;
  /** Takes the lease of a key for `ms`, unless somebody has it. */
  takeLease(key: string, token: string, ms: number): Promise<boolean>;
  /** Ends a lease, if it is still that one. */
  endLease(key: string, token: string): Promise<void>;
  /** Whether an error is the store's own answer to a call, rather than the lack of one. */
  isAnswer(error: unknown): boolean;
  /** Lets go of what it opened itself. */
  close(): Promise<void>;
}
