/**
 * Signals, uncaught errors, the parent's messages and the end of the process: every way in gives back a function that
 * undoes it, so that a process that asked for nothing any more has Node's own behaviour again.
 */
import { constants } from 'node:os';
import { inspect } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { files } from './originals.ts';
import { countResources } from './resources.ts';

/** How an error came to nobody's hands. */
export type ErrorOrigin = 'uncaughtException' | 'unhandledRejection';

/** What a shutdown needs of the process; tests bring their own. */
export interface ProcessDoor {
  /** Whether signals reach this thread, and `exit` ends the whole process. */
  readonly isMainThread: boolean;
  /** Name and version of the runtime. */
  readonly runtime: string;
  onSignal(signal: NodeJS.Signals, listener: () => void): () => void;
  onUncaught(listener: (error: unknown, origin: ErrorOrigin) => void): () => void;
  onMessage(message: string, listener: () => void): () => void;
  /** The event loop ran empty, and the process would end by itself. */
  onIdle(listener: () => void): () => void;
  onExit(listener: (status: number) => void): () => void;
  /** What a shell shows for a program that `signal` ended. */
  statusOf(signal: NodeJS.Signals): number;
  /** Ends the process (in a worker: the thread). `undefined`: with the status that the program has set, or 0. */
  exit(status: number | undefined): void;
  /** Ends the process so that its parent sees `signal`; `exit` listeners still run. */
  exitBySignal(signal: NodeJS.Signals): void;
  /** The status with which the process will end by itself, unless the program has set one. */
  suggestStatus(status: number): void;
  /** Writes to standard error at once, whatever has become of it. */
  print(text: string): void;
  /** What keeps the event loop up, by kind. */
  resources(): Record<string, number>;
  /** Runs `next` when everything that waits in this turn of the event loop has had its own. */
  soon(next: () => void): void;
}

/** The events that we listen to, with what they bring. */
interface ProcessEvents {
  readonly on: (event: string, listener: Listener) => unknown;
  readonly off: (event: string, listener: Listener) => unknown;
}

type Listener = (first: unknown, second: unknown) => void;

function listen(event: string, listener: Listener): () => void {
  const events: ProcessEvents = process;
  events.on(event, listener);
  return () => void events.off(event, listener);
}

function onUncaught(listener: (error: unknown, origin: ErrorOrigin) => void): () => void {
  const offException = listen('uncaughtException', (error, origin) => listener(error, origin as ErrorOrigin));
  // Node.js raises a rejection as an uncaught exception, by whatever rule it was started with; Bun does not.
  if (process.versions['bun'] === undefined) return offException;
  const offRejection = listen('unhandledRejection', (reason) => listener(reason, 'unhandledRejection'));
  return () => {
    offException();
    offRejection();
  };
}

function statusOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** What `process.exit` calls last, in Node.js and in Bun; undocumented, and kept for those who have to come after all others. */
interface WithReallyExit {
  reallyExit(status: number): never;
}

/**
 * Ends the process. An `exit` listener that throws is told of and stops nothing: left to itself the error would reach the
 * listeners to uncaught ones, and with such a listener the process would go on.
 */
function exit(status: number | undefined): void {
  try {
    // Given `undefined`, Node.js forgets the status that the program has set.
    if (status === undefined) process.exit();
    else process.exit(status);
  } catch (thrown) {
    print(`${inspect(thrown)}\n`);
    (process as unknown as WithReallyExit).reallyExit(Number(process.exitCode ?? 1));
  }
}

function exitBySignal(signal: NodeJS.Signals): void {
  const status = statusOf(signal);
  const door = process as unknown as WithReallyExit;
  const reallyExit = door.reallyExit.bind(process);
  // After the last `exit` listener, also when one of them throws or calls `process.exit()`. One that has a status of its own
  // to tell has its way.
  door.reallyExit = (last) => {
    if (last === status) raise(signal);
    // Where the signal does nothing (a process with number 1 is immune to it) the status says the same.
    return reallyExit(last);
  };
  exit(status);
}

function raise(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function print(text: string): void {
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let done = 0; done < bytes.length; ) done += files.writeSync(2, bytes, done, bytes.length - done);
  } catch {
    // A closed or full pipe: nobody reads it.
  }
}

/** The process that we run in. */
export const systemProcess: ProcessDoor = {
  isMainThread,
  runtime: process.versions['bun'] === undefined ? `Node.js ${process.version}` : `Bun v${process.versions['bun']}`,
  onSignal: (signal, listener) => listen(signal, listener),
  onUncaught,
  onMessage: (message, listener) => listen('message', (received) => void (received === message && listener())),
  onIdle: (listener) => listen('beforeExit', listener),
  onExit: (listener) => listen('exit', (status) => listener(status as number)),
  statusOf,
  exit,
  exitBySignal,
  suggestStatus: (status) => void (process.exitCode ??= status),
  print,
  resources: countResources,
  soon: (next) => void setImmediate(next),
};
