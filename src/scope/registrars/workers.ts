import type { EntryKind, EntryOptions } from '../entry.ts';
import { hasMethods, WatchingEntry } from './events.ts';
import { wrongKind } from './kind.ts';

/** As much of a `Worker` as is used. */
export interface WorkerLike {
  /** -1 once it has ended. */
  readonly threadId?: number;
  terminate(): unknown;
}

/** A worker thread; leaves when it exits. */
export class WorkerEntry extends WatchingEntry<WorkerLike> {
  constructor(worker: WorkerLike, options?: EntryOptions) {
    if (!hasMethods(worker, 'terminate')) throw wrongKind('worker', 'a Worker', worker);
    super(worker, 'exit', options);
  }

  get kind(): EntryKind {
    return 'worker';
  }

  override start(): void {
    if (this.value.threadId === -1) this.leave();
    else super.start();
  }

  end(): unknown {
    return this.value.terminate();
  }
}
