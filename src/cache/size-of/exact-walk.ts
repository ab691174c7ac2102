/** Visits everything that a value refers to once, with a stack of its own: depth does not matter, cycles end. */
import { expand } from './expand.ts';
import { BYTES } from './layout.ts';
import { LongTexts } from './long-texts.ts';
import { bigintBytes, numberBytes, symbolBytes } from './primitives.ts';
import { isShared, stringBytes } from './strings.ts';
import type { Visitor } from './visitor.ts';

/** Objects that are looked for one by one. */
const FEW = 8;

export class ExactWalk implements Visitor {
  bytes = 0;
  #left = 0;
  #running = false;
  readonly #waiting: object[] = [];
  /** The first objects that were counted: up to a few, an array is faster than a Set. */
  readonly #first: object[] = [];
  /** All further ones, texts and symbols. */
  readonly #others = new Set<unknown>();
  readonly #texts = new LongTexts();
  #counted = 0;

  /** Whether a walk is under way: the traps of a Proxy, where they cannot be told, may call us again. */
  get running(): boolean {
    return this.#running;
  }

  /** Sums up in {@link bytes} what `value` takes; `false` when that needs more than `maxSteps`. Keeps nothing of it. */
  run(value: unknown, maxSteps: number): boolean {
    this.bytes = 0;
    this.#left = maxSteps;
    this.#running = true;
    try {
      this.slot(value);
      for (let next = this.#waiting.pop(); next !== undefined && this.#left >= 0; next = this.#waiting.pop()) {
        this.#left--;
        this.#expand(next);
      }
      return this.#left >= 0;
    } finally {
      this.#forget();
    }
  }

  #forget(): void {
    this.#waiting.length = 0;
    this.#first.length = 0;
    if (this.#counted > 0) this.#others.clear();
    this.#counted = 0;
    this.#texts.clear();
    this.#running = false;
  }

  #expand(value: object): void {
    try {
      expand(value, this);
    } catch {
      // A module that is not loaded yet, a revoked or hostile Proxy where Proxies cannot be told.
      this.bytes += BYTES.object;
    }
  }

  add(bytes: number): void {
    this.bytes += bytes;
  }

  addInSlots(bytes: number): void {
    this.bytes += bytes;
  }

  take(count: number): number {
    this.#left -= count;
    return this.#left < 0 ? 0 : count;
  }

  slot(value: unknown): void {
    switch (typeof value) {
      case 'string':
        if (!isShared(value) && this.#isNew(this.#texts.keyOf(value))) this.bytes += stringBytes(value);
        break;
      case 'number':
        this.bytes += numberBytes(value);
        break;
      case 'object':
        if (value !== null && this.#isNewObject(value)) this.#waiting.push(value);
        break;
      case 'function':
        if (this.#isNewObject(value)) this.bytes += BYTES.function;
        break;
      case 'symbol':
        if (this.#isNew(value)) this.bytes += symbolBytes(value);
        break;
      case 'bigint':
        this.bytes += bigintBytes(value);
        break;
      default:
    }
  }

  #isNewObject(value: object): boolean {
    const first = this.#first;
    for (let i = 0; i < first.length; i++) if (first[i] === value) return false;
    if (first.length >= FEW) return this.#isNew(value);
    first.push(value);
    return true;
  }

  #isNew(value: unknown): boolean {
    const { size } = this.#others.add(value);
    if (size === this.#counted) return false;
    this.#counted = size;
    return true;
  }
}
