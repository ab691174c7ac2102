/** A key that has to be deleted. */
export interface Debt {
  readonly key: string;
  readonly number: number;
}

/**
 * Writes whose outcome is not known, or that could not be made: their keys are deleted as soon as the second tier answers, so that
 * nobody finds there what was to be replaced. Bounded; beyond it, everything is cleared.
 */
export class Debts {
  readonly #most: number;
  readonly #onOwe: () => void;
  /** Each with the number of its newest debt. */
  readonly #keys = new Map<string, number>();
  readonly #tags = new Set<string>();
  #isAll = false;
  #count = 0;

  /** Calls `onOwe` whenever something more is owed. */
  constructor(most: number, onOwe: () => void) {
    this.#most = most;
    this.#onOwe = onOwe;
  }

  get size(): number {
    return this.#isAll ? this.#most : this.#keys.size + this.#tags.size;
  }

  /** `key` has to be deleted. */
  owe(key: string): void {
    if (!this.#isAll) this.#keys.set(key, ++this.#count);
    this.#bound();
  }

  oweTag(tag: string): void {
    if (!this.#isAll) this.#tags.add(tag);
    this.#bound();
  }

  oweAll(): void {
    this.#keys.clear();
    this.#tags.clear();
    this.#isAll = true;
    this.#onOwe();
  }

  /** Whether what is under `key` is not to be relied on. */
  has(key: string): boolean {
    return this.#isAll || this.#keys.has(key);
  }

  /** A later write of `key` was acknowledged. */
  settle(key: string): void {
    if (this.#keys.size > 0) this.#keys.delete(key);
  }

  /**
   * All that is owed. Keys stay owed until they are {@link paid}: while the payment is under way what is under them is not to be
   * relied on. Of the rest whoever takes it pays, or owes it again.
   */
  take(): { readonly keys: readonly Debt[]; readonly tags: readonly string[]; readonly isAll: boolean } {
    const keys = Array.from(this.#keys, ([key, number]) => ({ key, number }));
    const taken = { keys, tags: [...this.#tags], isAll: this.#isAll };
    this.#tags.clear();
    this.#isAll = false;
    return taken;
  }

  /** Whether that debt is still to be paid, and no newer one in its place. */
  isOpen({ key, number }: Debt): boolean {
    return this.#keys.get(key) === number;
  }

  /** The key was deleted; one that has come to be owed again meanwhile stays. */
  paid(debt: Debt): void {
    if (this.isOpen(debt)) this.#keys.delete(debt.key);
  }

  #bound(): void {
    if (this.#keys.size + this.#tags.size > this.#most) this.oweAll();
    else this.#onOwe();
  }
}
