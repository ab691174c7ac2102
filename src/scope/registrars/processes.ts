/** Child processes: asked to end, waited for, then killed. */
import { readDuration } from '../../base/options.ts';
import type { Ending, EntryKind, EntryOptions } from '../entry.ts';
import { forceAfter, hasMethods, WatchingEntry } from './events.ts';
import { wrongKind } from './kind.ts';

/** As much of a `ChildProcess` as is used. */
export interface ChildProcessLike {
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  readonly stdio?: readonly unknown[];
  kill(signal?: NodeJS.Signals | number): boolean;
  on(event: 'exit', listener: () => void): unknown;
}

/** @see {@link Scope.childProcess} */
export interface ChildProcessOptions extends EntryOptions {
  /** What asks it to end. @default 'SIGTERM' */
  readonly signal?: NodeJS.Signals | number;
  /**
   * How long it may take before it gets SIGKILL: milliseconds or text such as `'5s'`; sooner when the scope has less time
   * left. @default '5s'
   */
  readonly killAfter?: number | string;
}

export class ChildProcessEntry extends WatchingEntry<ChildProcessLike> {
  readonly #signal: NodeJS.Signals | number;
  readonly #killAfterMs: number;

  constructor(child: ChildProcessLike, options?: ChildProcessOptions) {
    if (!hasMethods(child, 'kill', 'on')) throw wrongKind('child', 'a ChildProcess', child);
    super(child, 'exit', options);
    this.#signal = options?.signal ?? 'SIGTERM';
    this.#killAfterMs = readDuration('killAfter', options?.killAfter ?? '5s');
  }

  get kind(): EntryKind {
    return 'process';
  }

  /** One that could not be started has no pid, and never exits. */
  get #isOver(): boolean {
    const { pid, exitCode, signalCode } = this.value;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  override start(): void {
    if (this.#isOver) this.leave();
    else super.start();
  }

  async end(ending: Ending): Promise<void> {
    const child = this.value;
    if (this.#isOver) return;
    const timer = forceAfter(ending, this, this.#killAfterMs, () => void child.kill('SIGKILL'));
    try {
      await this.untilEnd(() => void child.kill(this.#signal));
    } finally {
      timer.cancel();
      this.#closePipes();
    }
  }

  /** Its own children may hold the other ends, and would keep ours open. */
  #closePipes(): void {
    for (const stream of this.value.stdio ?? []) {
      if (hasMethods(stream, 'destroy')) (stream as { destroy(): void }).destroy();
    }
  }
}
