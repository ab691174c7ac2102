import { type Clock, systemClock } from '../../../base/clock.ts';
import { invalidOption, readBoolean, readDuration } from '../../../base/options.ts';
import type { Family } from '../collect.ts';
import { type ClusterLike, ProcessAsker } from './ask-processes.ts';
import { ThreadAsker } from './ask-threads.ts';

/** @see {@link Gatherer} */
export interface GathererOptions {
  /** `node:cluster`, or `{ workers }` with what `fork` returned, by any names. Their figures get the label `worker`. */
  readonly cluster?: ClusterLike;
  /** Whether the worker threads of this process are asked. Their figures get the label `thread`. @default false */
  readonly threads?: boolean;
  /** How long a scrape waits for those that do not answer: ms or text such as `'500ms'`. @default '1s' */
  readonly timeout?: number | string;
  /** Tells the time; for tests. @default the platform's clock */
  readonly clock?: Clock;
}

/**
 * Gets the figures of other processes and threads into the metrics of this one; they answer with {@link shareMetrics}.
 *
 * Workers are numbered from 1, and a number is used again when its worker is gone: restarts add no series.
 *
 * **Cost:** a message to each and back for every scrape.
 */
export class Gatherer implements Disposable {
  readonly #processes: ProcessAsker | undefined;
  readonly #threads: ThreadAsker | undefined;
  readonly #timeoutMs: number;
  #missing = 0;

  /** @throws {PLIM_ERR_OPTION_INVALID} */
  constructor(options: GathererOptions) {
    const { cluster, threads = false, timeout = '1s', clock = systemClock } = options;
    if (cluster !== undefined && (typeof cluster !== 'object' || cluster === null)) {
      throw invalidOption('cluster', 'node:cluster, or an object with `workers`', cluster);
    }
    this.#timeoutMs = readDuration('timeout', timeout, 1);
    this.#processes = cluster === undefined ? undefined : new ProcessAsker(cluster, clock);
    this.#threads = readBoolean('threads', threads) ? new ThreadAsker(clock) : undefined;
  }

  /** How many did not answer in time the last time. */
  get missing(): number {
    return this.#missing;
  }

  /** The figures of all that answer. Never rejects. */
  async gather(): Promise<readonly (readonly Family[])[]> {
    const askers = [this.#processes, this.#threads].filter((asker) => asker !== undefined);
    const gathered = await Promise.all(askers.map((asker) => asker.ask(this.#timeoutMs)));
    this.#missing = gathered.reduce((sum, { missing }) => sum + missing, 0);
    return gathered.flatMap(({ families }) => families);
  }

  /** Asks nobody any more. */
  close(): void {
    this.#threads?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
