import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import path from 'node:path';

/** The command line under test. */
export const MAIN: string = path.resolve(process.env['PLIMSOLL_DIST'] ?? 'dist', 'cli/main.js');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that was started: what it says so far, and how it ended. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Waits for a text on either output. */
  async says(text: string): Promise<void> {
    while (!this.#stdout.includes(text) && !this.#stderr.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`ended without ${text}: ${this.#stdout}${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}

/** Starts a Node.js program. */
export function startNode(args: readonly string[], options: SpawnOptions = {}): Running {
  return new Running(spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** Starts `plimsoll`. */
export function startPlimsoll(args: readonly string[], options: SpawnOptions = {}): Running {
  return startNode([MAIN, ...args], options);
}

/** Runs `plimsoll` to its end. */
export async function plimsoll(...args: readonly string[]): Promise<Ended> {
  return await startPlimsoll(args).ended;
}
