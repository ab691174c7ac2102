/** Asks the workers of a cluster for their figures. */
import type { Clock } from '../../../base/clock.ts';
import type { Family } from '../collect.ts';
import { Slots } from './slots.ts';
import { ANSWER, ASK, fromWire } from './wire.ts';

/** A process at the other end of a channel: a worker of `node:cluster`, or what `fork` returns. */
export interface ProcessLike {
  send(message: object, done?: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
  isConnected?(): boolean;
}

/** `node:cluster`, or any list of processes. */
export interface ClusterLike {
  readonly workers?: Readonly<Record<string, ProcessLike | undefined>> | undefined;
}

/** What was sent, and by how many it was not. */
export interface Gathered {
  readonly families: readonly (readonly Family[])[];
  readonly missing: number;
}

export class ProcessAsker {
  readonly #cluster: ClusterLike;
  readonly #clock: Clock;
  readonly #slots: Slots<ProcessLike> = new Slots();
  #asked = 0;

  constructor(cluster: ClusterLike, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  async ask(timeoutMs: number): Promise<Gathered> {
    const all = Object.values(this.#cluster.workers ?? {});
    const workers = all.filter((worker) => worker !== undefined && worker.isConnected?.() !== false) as ProcessLike[];
    this.#slots.keep(new Set(workers));
    const answers = await Promise.all(workers.map((worker) => this.#askOne(worker, timeoutMs)));
    const families = answers.filter((answer) => answer !== undefined);
    return { families, missing: workers.length - families.length };
  }

  #askOne(worker: ProcessLike, timeoutMs: number): Promise<Family[] | undefined> {
    const id = ++this.#asked;
    const added = { worker: String(this.#slots.of(worker)) };
    return new Promise((resolve) => {
      const end = (answer: Family[] | undefined): void => {
        timer.cancel();
        worker.off('message', hear);
        resolve(answer);
      };
      const hear = (message: unknown): void => {
        const { type, id: answered, families } = (message ?? {}) as Record<string, unknown>;
        if (type === ANSWER && answered === id) end(fromWire(families, added));
      };
      const timer = this.#clock.startTimer(() => end(undefined), timeoutMs);
      worker.on('message', hear);
      try {
        worker.send({ type: ASK, id }, (error) => {
          if (error !== null && error !== undefined) end(undefined);
        });
      } catch {
        end(undefined);
      }
    });
  }
}
