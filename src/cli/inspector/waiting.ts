import { unreachable } from './node-process.ts';

const POLL_MS = 25;
const POLL_LIMIT_MS = 2_000;

/** The promise's value; rejects with `message` when it takes longer than `limitMs`. */
export async function within<T>(promise: Promise<T>, limitMs: number, message: string): Promise<T> {
  const watch = new StallWatch(limitMs, message);
  try {
    return await Promise.race([promise, watch.stalled]);
  } finally {
    watch.stop();
  }
}

/** The promise's value; rejects with the signal's reason as soon as it is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  promise.catch(() => undefined);
  try {
    signal.throwIfAborted();
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Whether the promise comes to its end, good or bad, within `limitMs`. */
export async function isSettled(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([settled, late]);
  clearTimeout(timer);
  return inTime;
}

/** Whether `condition` comes true within two seconds. */
export async function becomesTrue(condition: () => boolean): Promise<boolean> {
  for (const begun = Date.now(); Date.now() - begun < POLL_LIMIT_MS; ) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return condition();
}

/** Rejects `stalled` when {@link StallWatch.restart} is not called for `limitMs`. */
export class StallWatch {
  readonly stalled: Promise<never>;
  readonly #timer: NodeJS.Timeout;

  constructor(limitMs: number, message: string) {
    let fail: (error: Error) => void = () => undefined;
    this.stalled = new Promise((_, reject) => {
      fail = reject;
    });
    this.stalled.catch(() => undefined);
    this.#timer = setTimeout(() => fail(unreachable(message)), limitMs);
  }

  restart(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
