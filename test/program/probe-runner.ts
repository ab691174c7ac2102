/** Runs a program under the probe as `plimsoll run` would, and reads what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import type { Hello, Message, Order, ProbeSettings } from '../../src/diagnose/wire.ts';

const PRELOAD = path.resolve(process.env['PLIMSOLL_DIST'] ?? 'dist', 'cjs/register.js');

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WatchOptions {
  readonly settings?: Partial<ProbeSettings>;
  /** Options of Node.js before the program. */
  readonly nodeArgs?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** The path of a small program of these tests. */
export function fixture(name: string): string {
  return path.resolve('test/fixtures/probe', name);
}

/** A program under watch in a folder of its own. */
export class WatchedProgram {
  readonly session: string;
  readonly outDir: string;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #orders: Order[] = [];

  constructor(dir: string, args: readonly string[], { settings = {}, nodeArgs = [], env = {} }: WatchOptions = {}) {
    this.session = path.join(dir, 'a session');
    this.outDir = path.join(dir, 'out');
    fs.mkdirSync(this.session);
    fs.mkdirSync(this.outDir);
    this.child = spawn(process.execPath, [...nodeArgs, ...args], {
      env: {
        ...process.env,
        NODE_OPTIONS: `--require "${PRELOAD}"`,
        PLIMSOLL_SESSION: this.session,
        PLIMSOLL_SETTINGS: JSON.stringify({ maxPauseMs: 60_000, outDir: this.outDir, snapshots: true, ...settings }),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = collectEnd(this.child);
  }

  /** The lines of one thread, the first program's unless told otherwise. */
  messages(key = `${this.child.pid}-0`): Message[] {
    const file = path.join(this.session, `${key}.jsonl`);
    if (!fs.existsSync(file)) return [];
    const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Message);
  }

  /** All threads that said hello. */
  hellos(): Hello[] {
    const keys = fs.readdirSync(this.session).filter((name) => name.endsWith('.jsonl'));
    return keys.map((name) => this.messages(name.slice(0, -'.jsonl'.length))[0] as Hello);
  }

  /** Waits until the thread has said something of that kind; the last such message. */
  async until<K extends Message['kind']>(kind: K, key?: string): Promise<Extract<Message, { kind: K }>> {
    for (;;) {
      const found = this.messages(key).findLast((message) => message.kind === kind);
      if (found !== undefined) return found as Extract<Message, { kind: K }>;
      if (this.child.exitCode !== null) throw new Error(`The program ended before it said ${kind}.`);
      await sleep(20);
    }
  }

  /** Gives an order, and the wish for a snapshot at exit. */
  order(what: Order['what'] | null, snapshotAtExit = false, key = `${this.child.pid}-0`): void {
    if (what !== null) this.#orders = [...this.#orders, { id: this.#orders.length + 1, what }];
    const file = path.join(this.session, `${key}.orders.json`);
    fs.writeFileSync(`${file}.tmp`, JSON.stringify({ orders: this.#orders, snapshotAtExit }));
    fs.renameSync(`${file}.tmp`, file);
  }
}

function collectEnd(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

/** Runs the same program without any watch. */
export function runBare(args: readonly string[]): Promise<Ended> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return collectEnd(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** Starts programs under watch for the tests of one file; what a test leaves running is killed after it. */
export function startsAndKills(): (dir: string, args: readonly string[], options?: WatchOptions) => WatchedProgram {
  const started = new Set<WatchedProgram>();
  afterEach(() => {
    for (const { child } of started) child.kill('SIGKILL');
    started.clear();
  });
  return (dir, args, options) => {
    const program = new WatchedProgram(dir, args, options);
    started.add(program);
    return program;
  };
}
