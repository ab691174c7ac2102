/**
 * The default policy: {@link TinyLfu} with a window that an {@link Audit} moves.
 *
 * An entry turns quiet at its first touch, and a hit on it costs nothing more, unless its key is one that the audit
 * samples. The audit begins with the first eviction: a cache that never fills pays nothing for it.
 */
import { State } from '../core/slots.ts';
import type { Slots } from '../core/slots.ts';
import { Audit } from './audit.ts';
import type { Policy } from './policy.ts';
import { sizeOf, TinyLfu } from './tiny-lfu.ts';

// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const { QUIET, TOUCHED, MAIN, COUNT, COUNT_SHIFT } = State;

/** The window at first, and at least, as a part of the capacity. */
const FIRST_WINDOW = 0.05;
const SMALLEST_WINDOW = 0.02;
/** Gone entries that wait in the queues: at most this many, and one in eight of the capacity. */
const FEW_GONE = 64;
/** Slots looked at for each insertion while the audit begins. */
const SHOWN_AT_ONCE = 4096;

export class AdaptivePolicy implements Policy {
  readonly keepsOrder = false;
  readonly #slots: Slots;
  readonly #queues: TinyLfu;
  #capacity = 0;
  #audit: Audit | undefined;
  /** The next slot to show to the audit; 0 when it has seen them all. */
  #auditedTo = 0;
  // The audit's sample, kept here because every look-up asks; before it begins, no hash is in it.
  #sampleMask = 0;
  #sampleValue = 1;

  constructor(slots: Slots, capacity: number) {
    this.#slots = slots;
    this.#capacity = capacity;
    this.#queues = new TinyLfu(capacity, Math.max(1, Math.round(capacity * FIRST_WINDOW)), (slot) =>
      slots.release(slot),
    );
    slots.onGrow(() => this.#queues.attach(slots));
  }

  inserted(slot: number): void {
    this.#queues.insert(slot);
    if (this.#auditedTo !== 0) this.#showSome();
  }

  touched(slot: number): void {
    this.#queues.touch(slot);
    const { state, hashes } = this.#slots;
    const now = state[slot]!;
    const hash = hashes[slot]!;
    if (this.#isSampled(hash)) this.#note(hash, (now & MAIN) === 0 ? 'window' : 'main');
    else state[slot] = now | QUIET;
  }

  missed(hash: number): void {
    if (this.#isSampled(hash)) this.#note(hash, 'miss');
  }

  removed(slot: number): void {
    this.#queues.markGone(slot);
    if (this.#queues.goneCount > FEW_GONE + (this.#capacity >> 3)) this.#queues.sweepSome();
  }

  unpinned(slot: number): void {
    this.#queues.unpinned(slot);
  }

  evict(): number {
    if (this.#audit === undefined) this.#beginAudit();
    return this.#queues.evict();
  }

  usesOf(slot: number): number {
    return (this.#slots.state[slot]! & COUNT) >>> COUNT_SHIFT;
  }

  setUses(slot: number, uses: number): void {
    const count = Math.min(COUNT, uses << COUNT_SHIFT);
    this.#slots.state[slot] = (this.#slots.state[slot]! & ~COUNT) | count | TOUCHED;
  }

  resize(capacity: number): void {
    const window = this.#windowWithin(Math.round((this.#queues.windowLimit / this.#capacity) * capacity), capacity);
    this.#capacity = capacity;
    this.#queues.resize(capacity, window);
    if (this.#audit !== undefined) this.#beginAudit();
  }

  slots(): Iterable<number> {
    return this.#queues.slots();
  }

  check(): void {
    this.#queues.check();
  }

  #isSampled(hash: number): boolean {
    return (hash & this.#sampleMask) === this.#sampleValue;
  }

  #note(hash: number, where: 'window' | 'main' | 'miss'): void {
    const audit = this.#audit!;
    if (!audit.note(hash, where)) return;
    const { window, main, windowLimit } = this.#queues;
    const wanted = windowLimit + Math.round(audit.decide({ window: sizeOf(window), main: sizeOf(main) }));
    this.#queues.windowLimit = this.#windowWithin(wanted, this.#capacity);
  }

  #windowWithin(wanted: number, capacity: number): number {
    return Math.max(Math.max(1, Math.ceil(SMALLEST_WINDOW * capacity)), Math.min(capacity - 1, wanted));
  }

  #beginAudit(): void {
    const audit = new Audit(this.#capacity);
    this.#audit = audit;
    this.#sampleMask = audit.mask;
    this.#sampleValue = audit.value;
    this.#auditedTo = 1;
    this.#showSome();
  }

  /** Shows the audit some of the entries that were here before it, and no longer lets those be quiet that it samples. */
  #showSome(): void {
    const { state, hashes, count } = this.#slots;
    const end = Math.min(count + 1, this.#auditedTo + SHOWN_AT_ONCE);
    for (let slot = this.#auditedTo; slot < end; slot++) {
      if (!this.#isSampled(hashes[slot]!) || !this.#slots.isTaken(slot)) continue;
      state[slot]! &= ~QUIET;
      this.#audit!.begin(hashes[slot]!);
    }
    this.#auditedTo = end > count ? 0 : end;
  }
}
