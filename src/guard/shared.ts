/** Something with its end: what whoever made it has to call when it is needed no more. */
export interface Owned<T> {
  readonly part: T;
  /** Ends it, once; does nothing for what belongs to somebody else. */
  readonly end: () => void;
}

interface Held<T> extends Owned<T> {
  users: number;
}

/**
 * A part that a process needs once, whatever number of servers it has: guards that ask for nothing special share the one that
 * is there, and the last of them ends it.
 */
export class Shared<T> {
  #held: Held<T> | undefined;

  /** @param isSpecial - whether what `make` makes has options of its own, so that another one will not do */
  take(make: () => Owned<T>, isSpecial: boolean): Owned<T> {
    const held = this.#held;
    if (held === undefined) return this.#use((this.#held = { ...make(), users: 0 }));
    return isSpecial ? make() : this.#use(held);
  }

  #use(held: Held<T>): Owned<T> {
    held.users++;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      if (--held.users > 0) return;
      if (this.#held === held) this.#held = undefined;
      held.end();
    };
    return { part: held.part, end };
  }
}
