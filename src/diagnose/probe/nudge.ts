import { type MemorySample, NUDGE_BYTES, nudgeCollector, readMemory } from '../../runtime/index.ts';

/** V8 is given so long to act on a nudge before it is made to collect, ms. */
const PATIENCE_MS = 2_000;

/** Has V8 collect in its own time, and takes what that took back out of what is measured. */
export class PlimsollProbeNudge {
  readonly #nudge: () => boolean;
  readonly #readBuffers: () => number;
  /** When V8 was nudged, until it has collected. */
  #at: number | undefined;
  /** Nudges whose buffer may not be gone yet, and bytes of buffers before the first of them. */
  #given = 0;
  #before = 0;

  constructor(nudge: () => boolean = nudgeCollector, readBuffers: () => number = () => readMemory().arrayBuffers) {
    this.#nudge = nudge;
    this.#readBuffers = readBuffers;
  }

  /** Nudges V8, or waits for it; `false` where that is not to be had, or did not help. */
  give(at: number): boolean {
    if (this.#at === undefined) {
      const buffers = this.#readBuffers();
      if (!this.#nudge()) return false;
      this.#at = at;
      if (this.#given++ === 0) this.#before = buffers;
      return true;
    }
    if (at - this.#at < PATIENCE_MS) return true;
    this.#at = undefined;
    return false;
  }

  /** Whether the collection that has just ended was moved by us. */
  takeCollection(): boolean {
    const isOurs = this.#at !== undefined;
    this.#at = undefined;
    return isOurs;
  }

  /**
   * `memory` without the nudge. A collection that had begun before finds its buffer alive, and V8 counts a dead one until
   * another thread has freed it: a floor would stand 80 MiB too high.
   */
  takeOff(memory: MemorySample): MemorySample {
    if (this.#given === 0) return memory;
    const { external, arrayBuffers } = memory;
    const left = Math.min(this.#given, Math.max(0, Math.floor((arrayBuffers - this.#before) / NUDGE_BYTES)));
    if (this.#at === undefined) this.#given = left;
    const ours = left * NUDGE_BYTES;
    return { ...memory, external: external - ours, arrayBuffers: arrayBuffers - ours };
  }
}
