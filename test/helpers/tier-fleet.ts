/** Several real processes over one second tier, and the check of what they have read and written. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DIST } from './program.ts';
import type { ClientKind } from './redis-clients.ts';

const MODULES: Readonly<Record<ClientKind, string>> = {
  'node-redis': 'node_modules/redis/dist/index.js',
  ioredis: 'node_modules/ioredis/built/index.js',
};

/** What a worker is told to do with its life. */
export interface WorkerPlan {
  readonly port: number;
  readonly client: ClientKind;
  readonly worker: number;
  readonly workers: number;
  readonly keys: number;
  readonly maxStaleness: number;
  readonly isTracking?: boolean;
  readonly valueLength?: number;
  readonly cache?: object;
}

export interface WorkerStats {
  readonly l2: Readonly<Record<string, number>> & { readonly breaker: string };
  readonly bus: { readonly isLive: boolean; readonly losses: number };
  readonly owed: number;
  readonly size: number;
  readonly underWay: number;
  readonly loads: number;
  readonly counts: { readonly reads: number; readonly hits: number; readonly writes: number; readonly failed: number };
  readonly alerts: number;
}

/** What a worker has read and written: moments are ms of one clock of the machine. */
export interface Account {
  readonly reads: readonly [key: string, byNumber: readonly [n: number, began: number][]][];
  readonly acknowledged: readonly [key: string, n: number, at: number][];
  readonly tried: readonly [key: string, last: { n: number; isDone: boolean; isDelete?: boolean }][];
  readonly lagMs: number;
}

export class Worker {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
  /** What it said just before it killed itself. */
  lastWord: { readonly died: boolean; readonly at: number } | undefined;
  readonly #waiting = new Map<unknown, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #asked = 0;
  #stderr = '';

  constructor(plan: WorkerPlan) {
    const full = {
      ...plan,
      library: pathToFileURL(path.join(DIST, 'tier/index.js')).href,
      clientModule: pathToFileURL(path.resolve(MODULES[plan.client])).href,
    };
    this.child = fork('test/fixtures/tier/worker.mjs', [JSON.stringify(full)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.child.on('message', (message) => this.#hear(message as { id?: unknown; result?: never; error?: string }));
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        resolve(`${signal ?? code}${this.#stderr}`);
        for (const { reject } of this.#waiting.values())
          reject(new Error(`it ended: ${signal ?? code} ${this.#stderr}`));
      });
    });
  }

  /** Asks, and waits for the answer. */
  ask<T>(what: string, ...args: readonly unknown[]): Promise<T> {
    const id = this.#asked++;
    this.child.send({ id, what, args });
    return this.answer<T>(id);
  }

  answer<T>(id: unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #hear(message: { id?: unknown; result?: never; error?: string; died?: boolean; at?: number }): void {
    if (message.died !== undefined) this.lastWord = { died: message.died, at: message.at! };
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error === undefined) waiting?.resolve(message.result!);
    else waiting?.reject(new Error(message.error));
  }
}

export interface FleetOptions extends Partial<Omit<WorkerPlan, 'worker' | 'workers' | 'port'>> {
  /** The port of each worker; their number is that of workers. */
  readonly ports: readonly number[];
}

/** What the check of a fleet found. */
export interface Findings {
  /** Reads of what had been replaced longer ago than it may. */
  readonly stale: readonly string[];
  /** The longest time after a write that something older was read. */
  readonly longestStaleMs: number;
  /** Keys that are older at the end than what was acknowledged. */
  readonly lost: readonly string[];
  readonly reads: number;
  readonly acknowledged: number;
}

export class Fleet {
  readonly workers: readonly Worker[];
  readonly maxStaleness: number;

  private constructor(workers: readonly Worker[], maxStaleness: number) {
    this.workers = workers;
    this.maxStaleness = maxStaleness;
  }

  static async start({ ports, ...options }: FleetOptions): Promise<Fleet> {
    const clients: readonly ClientKind[] = ['node-redis', 'ioredis'];
    const maxStaleness = options.maxStaleness ?? 500;
    const workers = ports.map(
      (port, worker) =>
        new Worker({
          client: clients[worker % 2]!,
          keys: 80,
          ...options,
          maxStaleness,
          port,
          worker,
          workers: ports.length,
        }),
    );
    await Promise.all(workers.map((worker) => worker.answer('started')));
    const fleet = new Fleet(workers, maxStaleness);
    await fleet.all('ready');
    return fleet;
  }

  /** The same with some of its processes only. */
  of(workers: readonly Worker[]): Fleet {
    return new Fleet(workers, this.maxStaleness);
  }

  all<T>(what: string, ...args: readonly unknown[]): Promise<T[]> {
    return Promise.all(this.workers.map((worker) => worker.ask<T>(what, ...args)));
  }

  /** Looks at a worker's figures again and again until they are as wanted. */
  async until(wanted: (stats: WorkerStats) => boolean, workers: readonly Worker[] = this.workers): Promise<void> {
    for (const worker of workers) {
      while (!wanted(await worker.ask<WorkerStats>('stats'))) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits until all is well again everywhere. */
  async recovered(): Promise<void> {
    await this.until(({ l2, bus, owed }) => l2.breaker === 'closed' && bus.isLive && owed === 0);
  }

  /** Ends the run and checks all that was read and written; `mayLose`: the server may have lost what it had. */
  async check({ mayLose = false }: { readonly mayLose?: boolean } = {}): Promise<Findings> {
    await this.all('stop');
    await this.recovered();
    const accounts = await this.all<Account>('account');
    const lag = Math.max(...accounts.map(({ lagMs }) => lagMs));
    const boundMs = this.maxStaleness + 2 * lag;
    // Word of the last writes may be on its way for as long as the bound says.
    for (const began = performance.now(); ; ) {
      const isOver = performance.now() - began > boundMs;
      const finals = await this.all<[string, { n: number }][]>('finals');
      const found = findings(accounts, finals, { boundMs, mayLose });
      if (isOver || found.lost.length === 0) return found;
    }
  }

  /** Ends all processes; how those ended that did not end as they should. */
  async end(): Promise<string[]> {
    const endings = this.workers.map(async (worker) => {
      if (worker.child.exitCode === null && worker.child.signalCode === null) await worker.ask('close').catch(() => {});
      return worker.ended;
    });
    const ended = await Promise.all(endings);
    return ended.filter((how) => how !== '0');
  }

  kill(): void {
    for (const { child } of this.workers) child.kill('SIGKILL');
  }
}

/**
 * Every key has one writer, which numbers its writes. A read that began at some moment must not give a number that a higher one had
 * replaced, acknowledged, longer before that moment than the bound.
 */
function findings(
  accounts: readonly Account[],
  finals: readonly [string, { n: number }][][],
  { boundMs, mayLose }: { readonly boundMs: number; readonly mayLose: boolean },
): Findings {
  const writes = new Map<string, [n: number, at: number][]>();
  for (const { acknowledged } of accounts) {
    for (const [key, n, at] of acknowledged) writes.set(key, [...(writes.get(key) ?? []), [n, at]]);
  }
  const stale: string[] = [];
  let longestStaleMs = 0;
  let reads = 0;
  accounts.forEach((account, worker) => {
    for (const [key, byNumber] of account.reads) {
      for (const [n, began] of byNumber) {
        reads++;
        const replaced = writes.get(key)?.find(([newer]) => newer > n);
        if (replaced === undefined || began <= replaced[1]) continue;
        const ms = began - replaced[1];
        longestStaleMs = Math.max(longestStaleMs, ms);
        if (ms > boundMs)
          stale.push(`${key}: worker ${worker} read ${n}, ${ms.toFixed(0)} ms after ${replaced[0]} was written`);
      }
    }
  });
  const last = new Map(accounts.flatMap(({ tried }) => tried));
  const lost = finals.flatMap((values, worker) => {
    const found = new Map(values);
    return [...last].flatMap(([key, { n, isDone, isDelete }]) => {
      const newest = writes.get(key)?.at(-1)?.[0] ?? 0;
      const value = found.get(key)?.n;
      if (value === undefined)
        return !isDone || isDelete || mayLose ? [] : [`${key}: worker ${worker} finds nothing, not ${n}`];
      return value >= newest ? [] : [`${key}: worker ${worker} finds ${value}, not ${newest}`];
    });
  });
  return { stale, longestStaleMs, lost, reads, acknowledged: [...writes.values()].flat().length };
}
