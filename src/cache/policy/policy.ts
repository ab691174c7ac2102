/** What decides which entry leaves. One policy for a cache, over the slots of its store. */
export interface Policy {
  /** Whether {@link slots} is an order that users may rely on. */
  readonly keepsOrder: boolean;
  /** Puts the entry in `slot` under its care. */
  inserted(slot: number): void;
  /** A hit on an entry that is not quiet, or a set of one that is there. May make it quiet. */
  touched(slot: number): void;
  /** A look-up found nothing. */
  missed(hash: number): void;
  /** The entry in `slot` left by other means than {@link evict}; the policy releases the vacated slot, now or later. */
  removed(slot: number): void;
  /** Chooses the entry to leave and lets it go from its care; 0 when every one is pinned, or none is there. */
  evict(): number;
  /** The entry in `slot` is in use from now on; for a policy that keeps those apart. */
  pinned?(slot: number): void;
  /** The entry in `slot` is in use no more. */
  unpinned?(slot: number): void;
  /** The bytes of the entry in `slot` changed; for a policy that goes by them. */
  weighed?(slot: number): void;
  /** How often the entry in `slot` was used, as far as the policy counts; for a policy that does. */
  usesOf?(slot: number): number;
  /** Gives an entry that has just come in the uses that it had in another cache. */
  setUses?(slot: number, uses: number): void;
  /** How many entries the cache holds when full. */
  resize(capacity: number): void;
  /** The slots under its care; those to leave soonest first, where the policy keeps such an order. */
  slots(): Iterable<number>;
  /** Throws on the first thing that does not hold; for tests. */
  check(): void;
}
