/** The end of a watched program: asked for, waited for, enforced. */
import { signalProcess, isAlive } from './process-state.ts';
import type { Child } from './child.ts';
import type { Watch } from './watch.ts';

/** How long a program may take to end after it was asked to, ms. */
export const GRACE_MS = 10_000;
/** How long processes that outlive the one we started may take before they are asked themselves, ms. */
const STRAGGLER_MS = 2_000;
const LOOK_MS = 100;

/** Ends the program once: politely, then for good. */
export class Ending {
  readonly #child: Child;
  readonly #watch: Watch;
  readonly #onForce: (signal: NodeJS.Signals) => void;
  #signal: NodeJS.Signals | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `onForce` is told when the program did not end in time and is killed. */
  constructor(child: Child, watch: Watch, onForce: (signal: NodeJS.Signals) => void) {
    this.#child = child;
    this.#watch = watch;
    this.#onForce = onForce;
  }

  /** Whether the program was asked to end. */
  get hasBegun(): boolean {
    return this.#signal !== undefined;
  }

  /** Asks the program to end; `deliver` is false when the signal has already reached it. */
  begin(signal: NodeJS.Signals, deliver: boolean): void {
    if (this.hasBegun) return;
    this.#signal = signal;
    this.#watch.stopOrdering();
    if (deliver) this.#child.signal(signal);
    this.#timer = setTimeout(() => this.#enforce(), GRACE_MS);
  }

  /** Kills everything at once. */
  force(): void {
    this.#child.signal('SIGKILL');
    for (const pid of this.#watch.livingPids) signalProcess(pid, 'SIGKILL');
  }

  /** Resolves when the processes that the program leaves behind have ended too, by themselves or by us. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#signal === undefined) return;
    const isGone = (): boolean => this.#watch.livingPids.length === 0;
    if (await waitUntil(isGone, STRAGGLER_MS)) return;
    for (const pid of this.#watch.livingPids) signalProcess(pid, this.#signal);
    if (await waitUntil(isGone, GRACE_MS)) return;
    this.force();
    await waitUntil(isGone, STRAGGLER_MS);
  }

  #enforce(): void {
    if (this.#child.hasEnded) return;
    // A program that writes a snapshot cannot hear us: its time begins when it is done.
    if (this.#watch.isSnapshotPending && isAlive(this.#child.pid)) {
      this.#timer = setTimeout(() => this.#enforce(), GRACE_MS / 2);
      return;
    }
    this.#onForce(this.#signal!);
    this.force();
  }
}

async function waitUntil(isMet: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!isMet()) {
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}
