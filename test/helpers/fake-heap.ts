import type { Heap } from '../../src/testkit/check/heap.ts';

/** A heap of one number, on a clock of its own: each call of work takes a millisecond and does with it what it says. */
export class FakeHeap implements Heap {
  bytes = 1_000_000;
  ms = 0;
  floors = 0;
  /** Runs before each floor is read, such as what lets go late. */
  beforeFloor: (heap: FakeHeap) => void = () => {};

  async floor(): Promise<number> {
    this.floors++;
    this.beforeFloor(this);
    return this.bytes;
  }

  quick(): number {
    return this.bytes;
  }

  now(): number {
    return this.ms;
  }

  async wait(ms: number): Promise<void> {
    this.ms += ms;
  }

  /** Work that keeps so many bytes at its nth call. */
  work(kept: (call: number) => number): (call: number) => void {
    return (call) => {
      this.ms += 1;
      this.bytes += kept(call);
    };
  }
}
