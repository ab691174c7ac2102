/**
 * What asynchronous code opens and has not closed: timers and handles, each with the stack that opened it. By
 * `async_hooks`, for the time of one piece of work; where those do nothing (Bun), nothing is found.
 */
import type { AsyncHook } from 'node:async_hooks';
import type * as NodeTest from 'node:test';

/** Something that is open. */
export interface OpenResource {
  /** `Timeout`, `Immediate`, or the kind of a handle: `TCPSERVERWRAP`. */
  readonly kind: string;
  /** Frames of the stack that opened it, newest first; Node's own are left out. */
  readonly stack: readonly string[];
}

interface Seen {
  readonly kind: string;
  readonly stack: string;
  readonly resource: WeakRef<object>;
}

/** Handles that stay open until they are closed. Requests end by themselves. */
const HANDLES: ReadonlySet<string> = new Set([
  'TCPWRAP',
  'TCPSERVERWRAP',
  'PIPEWRAP',
  'PIPESERVERWRAP',
  'UDPWRAP',
  'PROCESSWRAP',
  'FSEVENTWRAP',
  'STATWATCHER',
  'WORKER',
  'MESSAGEPORT',
  'FILEHANDLE',
  'HTTP2SESSION',
]);
const TIMERS: ReadonlySet<string> = new Set(['Timeout', 'Immediate']);
const FRAMES = 12;
/** Frames between the runtime and whoever opened something, and below the work that is watched. */
const OWN_FRAME = /open-resources\.[jt]s|\/testkit\/released\/|\bScope\.run \(|Function\.run \(.*\/scope\//;

export class OpenResources {
  readonly #seen = new Map<number, Seen>();
  readonly #hook: AsyncHook;

  /** Begins to watch. @param isWatched - whether what is opened right now is to be watched */
  constructor(isWatched: () => boolean) {
    const { createHook } = process.getBuiltinModule('node:async_hooks');
    this.#hook = createHook({
      init: (id, kind, _trigger, resource) => {
        if (!TIMERS.has(kind) && !HANDLES.has(kind)) return;
        if (isWatched()) this.#seen.set(id, { kind, stack: stackNow(), resource: new WeakRef(resource) });
      },
      destroy: (id) => void this.#seen.delete(id),
    }).enable();
  }

  /** What is open now. Timers that Node set for a handle of its own (a server has one) are not told of. */
  list(): OpenResource[] {
    const open = [...this.#seen.values()].filter(isOpen).map(({ kind, stack }) => ({ kind, stack: framesOf(stack) }));
    return open.filter(({ kind, stack }) => !TIMERS.has(kind) || stack.length > 0);
  }

  stop(): void {
    this.#hook.disable();
    this.#seen.clear();
  }
}

/** A timer that has fired or was cleared is destroyed a turn later; its own mark tells at once. */
function isOpen({ kind, resource }: Seen): boolean {
  const object: { readonly _destroyed?: boolean; readonly fd?: number } | undefined = resource.deref();
  if (object === undefined) return false;
  if (kind === 'FILEHANDLE') return object.fd !== -1;
  return !TIMERS.has(kind) || object._destroyed !== true;
}

function stackNow(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES + 8;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  return stack;
}

function framesOf(stack: string): string[] {
  const frames = stack.split('\n').map((line) => line.trim());
  // The first three are ours and the hook's.
  return frames
    .filter((line) => line.startsWith('at ') && !line.includes('node:') && !OWN_FRAME.test(line))
    .slice(0, FRAMES);
}

/** Whether this is the process's first thread: others share its descriptors. */
export function isMainThread(): boolean {
  return process.getBuiltinModule('node:worker_threads').isMainThread;
}

/** The process, as something that has listeners. */
export function processEmitter(): NodeJS.Process {
  return process;
}

/** Node's own test runner; loading it sets it up, so it is loaded when it is asked for. */
export function nodeTest(): Pick<typeof NodeTest, 'test' | 'beforeEach' | 'after'> {
  return process.getBuiltinModule('node:test');
}
