/** A load that is repeated in rounds while the program is watched. */
import { type ChildProcess, spawn } from 'node:child_process';
import { snapshotRounds, type SnapshotPlan } from '../../diagnose/schedule.ts';
import type { DrivePlan } from './options.ts';
import { countOpen, signalProcess } from './process-state.ts';
import { nowMs, type Watch } from './watch.ts';
import type { WatchedThread } from './watched-thread.ts';

const KEPT_OUTPUT = 4_096;
/** A program without a server counts as ready so long after its first sign of life, ms. */
const READY_MS = 2_000;
const HELLO_MS = 30_000;
const FLOOR_MS = 15_000;
const FAILURES_IN_A_ROW = 3;

/** How one round of the load ended. */
interface RoundEnd {
  readonly isDone: boolean;
  /** How it failed, and the last of what it wrote. */
  readonly complaint: string;
}

/** What a thread has open: as it said last, and of its process as it is seen from outside. */
function openNow({ hello, resources }: WatchedThread): Readonly<Record<string, number>> {
  const ofProcess = hello.threadId === 0 ? countOpen(hello.pid) : null;
  return { ...resources.at(-1)?.counts, ...ofProcess };
}

export interface DriveOptions {
  readonly drive: DrivePlan;
  readonly plan: SnapshotPlan;
  readonly watch: Watch;
  /** Our own environment: the load is not watched. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Told before each round. */
  readonly onRound: (number: number, of: number) => void;
}

/** Runs the rounds, one after the other. */
export class Drive {
  readonly #options: DriveOptions;
  #running: ChildProcess | undefined;
  #isStopped = false;
  readonly #failures: { readonly round: number; readonly complaint: string }[] = [];

  constructor(options: DriveOptions) {
    this.#options = options;
  }

  /** Resolves with `true` after the last round and its snapshot, with `false` when the load fails or is stopped. */
  async run(): Promise<boolean> {
    if (!(await this.#isReady())) return false;
    const isDone = await this.#runRounds();
    this.#warnOfFailures();
    return isDone;
  }

  /** Ends the round that runs, and the rest with it. */
  stop(): void {
    this.#isStopped = true;
    const load = this.#running;
    if (load?.pid === undefined) return;
    this.#running = undefined;
    const group = -load.pid;
    signalProcess(group, 'SIGTERM');
    // One that does not listen keeps neither us nor itself alive.
    process.once('exit', () => signalProcess(group, 'SIGKILL'));
    load.unref();
    load.stdout?.destroy();
    load.stderr?.destroy();
  }

  async #runRounds(): Promise<boolean> {
    const { drive, plan, watch, onRound } = this.#options;
    const rounds = drive.warmup + drive.rounds;
    const shots = snapshotRounds(plan, drive.warmup, drive.rounds);
    let failuresInARow = 0;
    for (let round = 1; round <= rounds; round++) {
      onRound(round, rounds);
      const end = await this.#runOnce(round);
      if (this.#isStopped) return false;
      failuresInARow = end.isDone ? 0 : failuresInARow + 1;
      if (!end.isDone) this.#failures.push({ round, complaint: end.complaint });
      if (failuresInARow === FAILURES_IN_A_ROW) return false;
      await this.#closeRound(round, round <= drive.warmup);
      if (shots.includes(round)) await watch.snapshotNow();
    }
    return !this.#isStopped;
  }

  async #isReady(): Promise<boolean> {
    const { watch } = this.#options;
    if (!(await watch.until(() => this.#isStopped || watch.living.length > 0, HELLO_MS))) {
      watch.warn('PLIM_WARN_DRIVE_FAILED', 'The load was not driven: no Node.js process reported within 30 s.');
      return false;
    }
    await watch.until(() => this.#isStopped || watch.living.some((thread) => thread.isListening), READY_MS);
    return !this.#isStopped;
  }

  /** Memory after the round, of every thread: the growth of these floors is what is judged. */
  async #closeRound(number: number, warmup: boolean): Promise<void> {
    const { watch } = this.#options;
    const asked = watch.living.map((thread) => ({ thread, order: thread.order('floor') }));
    await watch.until(() => asked.every(({ thread, order }) => thread.isAnswered(order) || thread.hasExited), FLOOR_MS);
    for (const { thread } of asked) {
      const at = thread.floors.at(-1)?.at ?? thread.ageAt(nowMs());
      thread.rounds.push({ number, warmup, at, open: openNow(thread) });
    }
  }

  #warnOfFailures(): void {
    const [first] = this.#failures;
    if (first === undefined) return;
    const rounds = this.#failures.map(({ round }) => round).join(', ');
    this.#options.watch.warn(
      'PLIM_WARN_DRIVE_FAILED',
      `The load failed in ${this.#failures.length === 1 ? 'round' : 'rounds'} ${rounds}; the first time with ${first.complaint}`,
    );
  }

  async #runOnce(round: number): Promise<RoundEnd> {
    return new Promise((resolve) => {
      // A group of its own, so that it can be ended with all that its shell started.
      const child = spawn(this.#options.drive.command, {
        shell: true,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...this.#options.env, PLIMSOLL_ROUND: String(round) },
      });
      this.#running = child;
      let output = '';
      const keep = (chunk: Buffer): void => {
        output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.once('error', (error) => resolve({ isDone: false, complaint: error.message }));
      child.once('close', (status, signal) => {
        this.#running = undefined;
        const how = signal === null ? `status ${status}` : signal;
        const said = output.trim() === '' ? 'it wrote nothing' : `it wrote: ${output.trim()}`;
        resolve({ isDone: status === 0, complaint: `${how}; ${said}` });
      });
    });
  }
}
