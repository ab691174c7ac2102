import Module from 'node:module';
import path from 'node:path';
import { collectScriptMaps, now, PlimsollProbeProfiler, writeText } from '../../runtime/index.ts';
import { threadKey } from '../wire.ts';
import type { PlimsollProbeClock } from './clock.ts';
import type { PlimsollProbeJournal } from './journal.ts';
import { type Loading, mayCompileInMemory } from './script-loaders.ts';

/** Mean distance between samples, bytes. A quarter of it finds smaller leaks. */
const SAMPLING_INTERVAL = 512 * 1024;
/** The same for a busy server: it allocates so much that the finer one takes 2 to 3 % of its CPU. */
const COARSE_INTERVAL = 4 * 1024 * 1024;

function currentLoading(): Loading {
  return {
    execArgv: process.execArgv,
    nodeOptions: (process.env['NODE_OPTIONS'] ?? '').split(/\s+/),
    extensions: Object.keys(Reflect.get(Module, '_extensions') as object),
  };
}

/** Says where things are allocated: the sampling profile, and the maps that lead from it to the sources. */
export class PlimsollProbeSites {
  readonly #journal: PlimsollProbeJournal;
  readonly #clock: PlimsollProbeClock;
  readonly #prefix: string;
  #profiler: PlimsollProbeProfiler | undefined;
  #isTried = false;
  #isCoarse = false;
  #profiles = 0;
  #maps = 0;

  constructor(
    journal: PlimsollProbeJournal,
    clock: PlimsollProbeClock,
    outDir: string,
    thread: { readonly pid: number; readonly threadId: number },
  ) {
    this.#journal = journal;
    this.#clock = clock;
    this.#prefix = path.join(outDir, threadKey(thread.pid, thread.threadId));
  }

  /** Starts the profiler, once; a thread that cannot have it goes on without. */
  start(): void {
    if (this.#isTried) return;
    this.#isTried = true;
    this.#profiler = new PlimsollProbeProfiler(SAMPLING_INTERVAL);
  }

  /** Samples more rarely from now on, once; not when a profile was written, which the next could not be compared with. */
  coarsen(): void {
    if (this.#isCoarse || this.#profiler === undefined || this.#profiles > 0) return;
    this.#isCoarse = true;
    this.#profiler.stop();
    this.#profiler = new PlimsollProbeProfiler(COARSE_INTERVAL);
  }

  /** Ends the profiler, for good. */
  stop(): void {
    this.#profiler?.stop();
    this.#profiler = undefined;
  }

  /** Lets go of what the inspector keeps of console calls. */
  tidy(): void {
    this.#profiler?.releaseConsole();
  }

  /** Writes what is alive by the place that allocated it. */
  writeProfile(): void {
    if (this.#profiler === undefined) return;
    const started = now();
    this.#journal.guard('profile', () => this.#writeProfile(this.#profiler!));
    this.#clock.takeOff(now() - started);
  }

  /**
   * Writes the maps of scripts that exist in memory only, if there are new ones. V8 then keeps the line ends of all
   * scripts: to be called before a snapshot, not between two.
   */
  writeMaps(): void {
    if (!mayCompileInMemory(currentLoading())) return;
    const started = now();
    this.#journal.guard('script-maps', () => this.#writeMaps());
    this.#clock.takeOff(now() - started);
  }

  #writeProfile(profiler: PlimsollProbeProfiler): void {
    this.#profiles += 1;
    const at = this.#clock.at();
    const file = `${this.#prefix}-${this.#profiles}.heapprofile`;
    writeText(file, JSON.stringify(profiler.read()), 'w');
    this.#journal.write({ kind: 'profile', at, file });
  }

  #writeMaps(): void {
    const maps = collectScriptMaps();
    const count = Object.keys(maps).length;
    if (count <= this.#maps) return;
    this.#maps = count;
    const file = `${this.#prefix}-maps.json`;
    writeText(file, JSON.stringify(maps), 'w');
    this.#journal.write({ kind: 'script-maps', file });
  }
}
