/** The heap as a check sees it; tests bring their own. */
import { LeakError, messageOf } from '../../base/errors.ts';
import { forcedCollector, now, readLiveBytes, setImmediateOriginal, setTimeoutOriginal } from '../../runtime/index.ts';

export interface Heap {
  /** Bytes that live after a full collection. */
  floor(): Promise<number>;
  /** Bytes on the heap as they are, garbage and all. */
  quick(): number;
  now(): number;
  wait(ms: number): Promise<void>;
}

/** Collections before a floor is read. */
const COLLECTIONS = 3;

let collector: (() => void) | undefined;

/** Makes the collector, once. @throws {LeakError} `PLIM_ERR_LEAK_COLLECTOR` */
export function theCollector(): () => void {
  return (collector ??= collectorBy(forcedCollector));
}

export function collectorBy(make: () => () => void): () => void {
  try {
    return make();
  } catch (cause) {
    const message = `Garbage cannot be collected on demand here (${messageOf(cause)}): start the runtime with --expose-gc.`;
    throw new LeakError('PLIM_ERR_LEAK_COLLECTOR', message, [], { cause });
  }
}

/** Lets what is queued run: promises, immediates, finalisers. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediateOriginal(resolve));
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeoutOriginal(resolve, ms));
}

/** Collects until nothing more is let go of by what a collection sets off. */
export async function collectAll(): Promise<void> {
  const collect = theCollector();
  await turn();
  collect();
  await turn();
  collect();
}

export const systemHeap: Heap = {
  floor: async () => {
    const collect = theCollector();
    await turn();
    // Thrice, with nothing in between: the first may only end a collection that V8 had begun by itself, which keeps what
    // was made since; and what it moves lies on a page that V8 counts as full, up to 256 KiB. The
    // floor was off after 0 of 320 equal rounds; after two collections 7 of 160, with a turn between them 4 of 160.
    for (let time = 0; time < COLLECTIONS; time++) collect();
    return readLiveBytes();
  },
  quick: readLiveBytes,
  now,
  wait,
};
