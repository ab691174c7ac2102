/** The limits that bind, and how much of each is taken. */
import type { LoadLineSettings } from './options.ts';

/** One limit and what counts against it; bytes. */
export interface Line {
  /** `heap`: what V8 lets survive; `process`: the option `limit`, or what the container allows less what waits to be collected. */
  readonly of: 'heap' | 'process';
  readonly limitBytes: number;
  /** Taken now; what was given back and not collected yet is no longer counted. */
  readonly usedBytes: number;
  /** Share of the limit, 0 to 1 and beyond. */
  readonly share: number;
}

/** V8 begins to collect when buffers have grown by so much: until then what was dropped is still there. */
const UNCOLLECTED_BYTES = 64 * 1024 * 1024;
/** No more than this share of a container is left for that. */
const MOST_UNCOLLECTED = 0.25;
/** Readings over which the lowest counts of what is neither heap nor buffers: the allocator keeps some of what was freed. */
const LOWEST_OF = 12;

/**
 * Follows how full a process is.
 *
 * Of the heap the last floor counts (after a major collection), as what it holds in between is mostly garbage; where none are told,
 * what is read. Buffers count as they are. What caches have given back shows in neither before the next collection, so it is taken
 * off until then: else the same bytes would be asked for again and again.
 */
export class Lines {
  readonly #settings: LoadLineSettings;
  readonly #heapLimit: number | null;
  readonly #processLimit: number | null;
  readonly #countsAll: boolean;
  readonly #others: number[] = [];
  #floorBytes: number | undefined;
  #heapBytes = 0;
  #bufferBytes = 0;
  #awaited = 0;

  constructor(settings: LoadLineSettings) {
    this.#settings = settings;
    const { limitBytes, door } = settings;
    this.#heapLimit = limitBytes === 'auto' ? door.heapLimit() : null;
    this.#processLimit = limitBytes === 'auto' ? roomIn(door.containerLimit()) : limitBytes;
    this.#countsAll = limitBytes === 'auto';
  }

  /** Reads memory. @param isFloor - whether a major collection has just ended */
  read(isFloor: boolean): void {
    const { heapBytes, bufferBytes, otherBytes } = this.#settings.door.read();
    this.#heapBytes = heapBytes;
    this.#bufferBytes = bufferBytes;
    this.#others.push(otherBytes);
    if (this.#others.length > LOWEST_OF) this.#others.shift();
    if (!isFloor) return;
    this.#floorBytes = heapBytes;
    this.#awaited = 0;
  }

  /** So many bytes were given back, and wait for a collection that {@link read} will be told of. */
  gaveBack(bytes: number): void {
    this.#awaited += bytes;
  }

  /** From now on no collection is told of. */
  forgetFloor(): void {
    this.#floorBytes = undefined;
    this.#awaited = 0;
  }

  all(): Line[] {
    const heap = Math.min(this.#floorBytes ?? this.#heapBytes, this.#heapBytes);
    const other = this.#countsAll && this.#others.length > 0 ? Math.min(...this.#others) : 0;
    const lines: Line[] = [];
    if (this.#heapLimit !== null) lines.push(this.#line('heap', this.#heapLimit, heap));
    if (this.#processLimit !== null) {
      lines.push(this.#line('process', this.#processLimit, heap + this.#bufferBytes + other));
    }
    return lines;
  }

  #line(of: Line['of'], limitBytes: number, taken: number): Line {
    const usedBytes = Math.max(0, taken - this.#awaited);
    return { of, limitBytes, usedBytes, share: usedBytes / limitBytes };
  }
}

/** What may live in a container. */
function roomIn(limitBytes: number | null): number | null {
  return limitBytes === null ? null : limitBytes - Math.min(UNCOLLECTED_BYTES, limitBytes * MOST_UNCOLLECTED);
}
