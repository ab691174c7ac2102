/** Runs the built command line as a user would. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import path from 'node:path';

/** The build under test. */
export const DIST: string = path.resolve(process.env['PLIMSOLL_DIST'] ?? 'dist');

/** The command line of that build. */
export const MAIN: string = path.join(DIST, 'cli/main.js');

/** How a program ended, and all that it wrote. */
export interface ProgramEnded {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface StartOptions extends SpawnOptions {
  /** Written to the program's standard input, which is empty otherwise. */
  readonly input?: string;
}

/** A program that runs. */
export class StartedProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<ProgramEnded>;
  readonly #stdout: Buffer[] = [];
  #stderr = '';

  constructor(command: string, args: readonly string[], { input, ...options }: StartOptions = {}) {
    this.child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdin!.on('error', () => {});
    this.child.stdin!.end(input ?? '');
    this.child.stdout!.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (status, signal) =>
        resolve({ status, signal, stdout: Buffer.concat(this.#stdout), stderr: this.#stderr }),
      );
    });
  }

  /** What it has written to its standard output so far. */
  get output(): string {
    return Buffer.concat(this.#stdout).toString();
  }

  /** Waits until one of the outputs holds `text`. */
  async says(text: string): Promise<void> {
    for (;;) {
      const said = `${this.output}\n${this.#stderr}`;
      if (said.includes(text)) return;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`It ended without saying ${JSON.stringify(text)}, but: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Starts `plimsoll`. */
export function startPlimsoll(args: readonly string[], options: StartOptions = {}): StartedProgram {
  return new StartedProgram(process.execPath, [MAIN, ...args], options);
}

/** Runs `plimsoll` to its end. */
export async function plimsoll(args: readonly string[], options: StartOptions = {}): Promise<ProgramEnded> {
  return startPlimsoll(args, options).ended;
}

/** Runs Node.js without us. */
export async function bareNode(args: readonly string[], options: StartOptions = {}): Promise<ProgramEnded> {
  return new StartedProgram(process.execPath, args, options).ended;
}
