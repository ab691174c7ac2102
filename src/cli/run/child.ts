/** The program as a child process: started with our own input and outputs, ended when asked. */
import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import { ProgramError, systemCodeOf } from '../../base/errors.ts';
import { STATUS } from '../status.ts';
import type { Program } from './program.ts';

/** How a program ended: by itself with a status, or by a signal. */
export interface ProgramEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  /** Resolves when the program has ended; never rejects. */
  readonly ended: Promise<ProgramEnd>;
  readonly hasEnded: boolean;
  /** Sends a signal; nothing happens when the program has ended. */
  signal(signal: NodeJS.Signals): void;
}

/** Starts the program; rejects with {@link ProgramError} when the system refuses. */
export async function startChild(program: Program, env: NodeJS.ProcessEnv): Promise<Child> {
  return new Promise((resolve, reject) => {
    let child: ChildProcess;
    try {
      child = spawn(program.command, program.args, { stdio: 'inherit', env });
    } catch (error) {
      reject(startError(program, error));
      return;
    }
    let hasEnded = false;
    const ended = new Promise<ProgramEnd>((end) => {
      child.once('exit', (status, signal) => {
        hasEnded = true;
        end({ status, signal });
      });
    });
    child.once('error', (error) => reject(startError(program, error)));
    child.once('spawn', () => {
      resolve({
        pid: child.pid!,
        ended,
        get hasEnded() {
          return hasEnded;
        },
        signal: (signal) => void child.kill(signal),
      });
    });
  });
}

function startError(program: Program, error: unknown): ProgramError {
  const reason = systemCodeOf(error);
  const code = reason === 'ENOENT' ? 'PLIM_ERR_PROGRAM_MISSING' : 'PLIM_ERR_PROGRAM_START';
  return new ProgramError(code, `${program.command} could not be started: ${reason ?? String(error)}.`, {
    cause: error,
  });
}

/** The status a shell would show for this end. */
export function statusOfEnd(end: ProgramEnd): number {
  if (end.signal !== null) return STATUS.signal + (os.constants.signals[end.signal] ?? 0);
  return end.status ?? STATUS.failure;
}
