/**
 * Estimates what a value takes that is too large to be looked through.
 *
 * A part of it is visited; what is found counts as often as its weight says, the number of things it stands for. Of a
 * container with many slots a sample is read, evenly spread, and weighs more in return. Each object has a share of the
 * work, which it divides among the objects it refers to; once less than one step is left for each, only some of them are
 * followed, chosen at random, again with more weight (Knuth, "Estimating the efficiency of backtrack programs", 1975).
 * So breadth and depth are both reached, and the sum is right on average for a tree.
 *
 * What is met a second time is shared, and does not stand for others: its weight, and that of all below it, is taken
 * back to one.
 *
 * Cost: at most twice `maxSteps`, ended hard. What still waits then counts as the average of what was visited, so a
 * chain that is longer than that is known only as far as it was followed.
 */
import { expand } from './expand.ts';
import { BYTES } from './layout.ts';
import { LongTexts } from './long-texts.ts';
import { bigintBytes, numberBytes, symbolBytes } from './primitives.ts';
import { isShared, stringBytes } from './strings.ts';
import type { Visitor } from './visitor.ts';

/** Containers with up to this many slots are read whole. */
const SMALL = 64;

/** Steps that are planned for each slot that is read of a larger one. */
const STEPS_A_SLOT = 16;

/** An object that waits for its visit. */
interface Visit {
  readonly value: object;
  /** How many it stands for; negative when it was met again and stood for too many. */
  readonly weight: number;
  /** What the weights below it are multiplied by: below 1 when it was met again. */
  readonly factor: number;
  /** Its share of the work, steps. */
  readonly share: number;
}

export class SampledWalk implements Visitor {
  #bytes = 0;
  #stepsLeft = 0;
  #visit: Visit = { value: {}, weight: 1, factor: 1, share: 1 };
  #slotWeight = 1;
  #children: object[] = [];
  #random = 1;
  readonly #waiting: Visit[] = [];
  /** Objects and texts with what they count as. */
  readonly #weights = new Map<unknown, number>();
  readonly #texts = new LongTexts();

  /** Bytes of `value`, about. */
  run(value: object, maxSteps: number): number {
    this.#stepsLeft = 2 * maxSteps;
    this.#weights.set(value, 1);
    this.#waiting.push({ value, weight: 1, factor: 1, share: maxSteps });
    let visited = 0;
    while (this.#waiting.length > 0 && this.#stepsLeft > 0) {
      const visit = this.#waiting.pop()!;
      visited += visit.weight;
      this.#enter(visit);
    }
    const unvisited = this.#waiting.reduce((sum, { weight }) => sum + weight, 0);
    return visited > 0 && unvisited > 0 ? this.#bytes * (1 + unvisited / visited) : this.#bytes;
  }

  #enter(visit: Visit): void {
    const before = this.#stepsLeft--;
    this.#visit = visit;
    this.#slotWeight = visit.weight;
    this.#children = [];
    try {
      expand(visit.value, this);
    } catch {
      this.#bytes += BYTES.object * visit.weight;
    }
    this.#followChildren(visit.share - (before - this.#stepsLeft));
  }

  /** Lets as many children wait for their visit as the share allows, one at least. */
  #followChildren(share: number): void {
    const children = this.#children;
    const count = Math.min(children.length, Math.max(1, Math.floor(share)));
    const step = children.length / count;
    const start = count === children.length ? 0 : this.#nextRandom();
    for (let i = 0; i < count; i++) {
      const value = children[Math.floor((i + start) * step)]!;
      const weight = this.#weights.get(value)! * step;
      this.#weights.set(value, weight);
      this.#waiting.push({ value, weight, factor: 1, share: share / count });
    }
  }

  /** Repeatable, from 0 up to 1 (multiplicative congruential, Lewis, Goodman and Miller, 1969). */
  #nextRandom(): number {
    this.#random = (this.#random * 16_807) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }

  add(bytes: number): void {
    this.#bytes += bytes * this.#visit.weight;
  }

  addInSlots(bytes: number): void {
    this.#bytes += bytes * this.#slotWeight;
  }

  take(count: number): number {
    const taken =
      count <= SMALL ? count : Math.min(count, Math.max(SMALL, Math.floor(this.#visit.share / STEPS_A_SLOT)));
    this.#stepsLeft -= taken;
    this.#slotWeight = this.#visit.weight * (taken === 0 ? 1 : count / taken);
    return taken;
  }

  slot(value: unknown): void {
    switch (typeof value) {
      case 'string':
        if (!isShared(value)) this.#count(this.#texts.keyOf(value), stringBytes(value));
        break;
      case 'number':
        this.addInSlots(numberBytes(value));
        break;
      case 'object':
        if (value !== null) this.#countObject(value);
        break;
      case 'function':
        this.#count(value, BYTES.function);
        break;
      case 'symbol':
        this.#count(value, symbolBytes(value));
        break;
      case 'bigint':
        this.addInSlots(bigintBytes(value));
        break;
      default:
    }
  }

  /** Something that refers to nothing else. */
  #count(value: unknown, bytes: number): void {
    const known = this.#weights.get(value);
    if (known !== undefined) {
      this.#bytes += bytes * (this.#lowered(value, known) - known);
    } else if (this.#visit.weight > 0) {
      this.#weights.set(value, this.#slotWeight);
      this.#bytes += bytes * this.#slotWeight;
    }
  }

  #countObject(value: object): void {
    const known = this.#weights.get(value);
    if (known === undefined) {
      if (this.#visit.weight < 0) return;
      this.#weights.set(value, this.#slotWeight);
      this.#children.push(value);
      return;
    }
    const lowered = this.#lowered(value, known);
    if (lowered === known) return;
    this.#waiting.push({ value, weight: lowered - known, factor: lowered / known, share: this.#visit.share });
  }

  /** What something counts as when it is met again: once, or less often by as much as what refers to it. */
  #lowered(value: unknown, known: number): number {
    const { weight, factor } = this.#visit;
    const lowered = Math.max(1, weight < 0 ? known * factor : 1);
    if (lowered < known) this.#weights.set(value, lowered);
    return Math.min(lowered, known);
  }
}
