import { listenersOf, type ListenerSource } from '../../runtime/index.ts';
import type { ThreadStatus } from '../status.ts';

/** A worker thread; Node's fits. What older versions cannot tell is not asked for. */
export interface WatchedThread {
  getHeapStatistics?(): Promise<{
    readonly used_heap_size: number;
    readonly total_heap_size: number;
    readonly heap_size_limit: number;
  }>;
  readonly performance?: { eventLoopUtilization(): { readonly idle: number; readonly active: number } };
}

/** Emitters by label, held weakly. */
export class WatchedEmitters {
  readonly #refs: Map<string, WeakRef<ListenerSource & object>> = new Map();

  /** @returns a function that takes it back. */
  add(label: string, emitter: ListenerSource & object): () => void {
    const ref = new WeakRef(emitter);
    this.#refs.set(label, ref);
    return () => {
      if (this.#refs.get(label) === ref) this.#refs.delete(label);
    };
  }

  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [label, ref] of this.#refs) {
      const emitter = ref.deref();
      if (emitter === undefined) this.#refs.delete(label);
      else counts[label] = listenersOf(emitter);
    }
    return counts;
  }
}

interface ThreadEntry {
  readonly ref: WeakRef<WatchedThread>;
  last: { readonly idle: number; readonly active: number };
  status: ThreadStatus;
}

/** Other threads of the program by label, held weakly: each heap is its own thread's. */
export class WatchedThreads {
  readonly #entries: Map<string, ThreadEntry> = new Map();

  /** @returns a function that takes it back. */
  add(label: string, thread: WatchedThread): () => void {
    const status = { label, heapUsedBytes: null, heapTotalBytes: null, heapLimitBytes: null, utilization: null };
    const entry: ThreadEntry = { ref: new WeakRef(thread), last: { idle: 0, active: 0 }, status };
    this.#entries.set(label, entry);
    return () => {
      if (this.#entries.get(label) === entry) this.#entries.delete(label);
    };
  }

  list(): ThreadStatus[] {
    return [...this.#entries.values()].map(({ status }) => status);
  }

  /** Asks every thread; the answers are in the list of the next sample. A thread that has ended leaves it. */
  ask(): void {
    for (const [label, entry] of this.#entries) {
      const thread = entry.ref.deref();
      if (thread === undefined) this.#entries.delete(label);
      else void this.#askOne(label, entry, thread);
    }
  }

  async #askOne(label: string, entry: ThreadEntry, thread: WatchedThread): Promise<void> {
    try {
      entry.status = { ...entry.status, utilization: utilizationOf(entry, thread) };
      const heap = await thread.getHeapStatistics?.();
      if (heap === undefined) return;
      entry.status = {
        ...entry.status,
        heapUsedBytes: heap.used_heap_size,
        heapTotalBytes: heap.total_heap_size,
        heapLimitBytes: heap.heap_size_limit,
      };
    } catch {
      // Only a thread that has ended does not answer.
      if (this.#entries.get(label) === entry) this.#entries.delete(label);
    }
  }
}

function utilizationOf(entry: ThreadEntry, { performance }: WatchedThread): number | null {
  const next = performance?.eventLoopUtilization();
  if (next === undefined) return null;
  const active = next.active - entry.last.active;
  const whole = active + next.idle - entry.last.idle;
  entry.last = next;
  return whole > 0 ? active / whole : null;
}
