/**
 * `plimsoll/register`: the preload. Under `plimsoll run` it watches the program from inside for it; loaded otherwise it
 * starts a monitor for the unmodified program, with options by environment, that tells on standard error.
 */
import { isMainThread } from 'node:worker_threads';
import { messageOf } from './base/errors.ts';
import { keepPlace } from './base/stand-in.ts';
import { ownLauncher, startProbe } from './diagnose/probe/index.ts';
import { SESSION_VARIABLE } from './diagnose/wire.ts';
import type { Logger } from './monitor/index.ts';
import { systemProcess } from './runtime/index.ts';

/** One line for each on standard error: standard output is the program's. */
const logger: Logger = {
  debug: (_fields, message) => say('info', message),
  warn: (_fields, message) => say('warning', message),
  error: (_fields, message) => say('critical', message),
};

function say(level: string, message: string): void {
  systemProcess.print(`[plimsoll] ${level}: ${message}\n`);
}

/** Has a monitor watch a program that has none of its own; nothing that goes wrong here is the program's trouble. */
async function monitorProgram(put: NonNullable<ReturnType<typeof keepPlace>>): Promise<void> {
  try {
    // Loaded only here: under `plimsoll run` no program is to pay for it.
    const { Monitor, optionsFromEnv } = await import('./monitor/index.ts');
    put(
      new Monitor({
        ...optionsFromEnv(process.env),
        name: 'register',
        logger,
        onError: (error, what) => say('error', `${what}: ${messageOf(error)}`),
      }),
    );
  } catch (error) {
    say('error', `The monitor could not be started: ${messageOf(error)}`);
  }
}

function isWatchedElsewhere(): boolean {
  const isRun = (process.env[SESSION_VARIABLE] ?? '') !== '';
  return isRun || !isMainThread || ownLauncher() !== null;
}

startProbe(process.env);
const put = isWatchedElsewhere() ? undefined : keepPlace();
if (put !== undefined) void monitorProgram(put);
