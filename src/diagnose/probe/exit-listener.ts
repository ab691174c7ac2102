/**
 * Hears of the thread's exit, and does not count among the program's own listeners: with it ten of theirs would be eleven,
 * of which Node.js warns.
 */
export class PlimsollProbeExitListener {
  readonly #listener: (code: number) => void;
  readonly #onNewListener = (event: string | symbol): void => {
    if (event === 'exit' && process.listenerCount('exit') === process.getMaxListeners()) {
      // The listener is added, and counted, as soon as this returns.
      queueMicrotask(raiseMaxListeners());
    }
  };

  constructor(listener: (code: number) => void) {
    this.#listener = listener;
  }

  start(): void {
    const lower = raiseMaxListeners();
    process.on('exit', this.#listener);
    lower();
    process.on('newListener', this.#onNewListener);
  }

  stop(): void {
    process.off('newListener', this.#onNewListener);
    process.off('exit', this.#listener);
  }
}

/** Lets one listener more be added without a warning; returns what takes that back. */
function raiseMaxListeners(): () => void {
  const before: unknown = Reflect.get(process, '_maxListeners');
  const most = process.getMaxListeners();
  // 0 stands for any number.
  if (most === 0) return () => {};
  process.setMaxListeners(most + 1);
  return () => {
    if (process.getMaxListeners() === most + 1) Reflect.set(process, '_maxListeners', before);
  };
}
