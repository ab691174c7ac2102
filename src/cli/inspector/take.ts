import { isPlimsollError } from '../../base/errors.ts';
import { authorityOf, type Endpoint, openInspector } from './endpoint.ts';
import { requireReachableNode, unreachable } from './node-process.ts';
import { PartialFile } from './partial-file.ts';
import { isAlive, readListeners } from './proc.ts';
import { InspectorSession, type Parameters } from './session.ts';
import { readFigures, type TargetFigures } from './target.ts';
import { becomesTrue, isSettled, StallWatch, unlessAborted, within } from './waiting.ts';

/** How far a snapshot is. */
export interface TakeProgress {
  /** `building`: the process walks its heap and stands still; `writing`: it sends what it found. */
  readonly stage: 'building' | 'writing';
  /** Objects walked of all, or bytes written of about all. */
  readonly done: number;
  readonly total: number;
}

export interface TakeOptions {
  /** Where to write. The folder must exist. */
  readonly file: string;
  /** Whether an existing file may be replaced. */
  readonly force: boolean;
  /** Ends it early; the process is left as found all the same. */
  readonly signal: AbortSignal;
  /**
   * Judges the process's figures before anything heavy is asked of it: throws to refuse, gives the expected size of
   * the file, bytes.
   */
  readonly preflight: (figures: TargetFigures) => number;
  readonly onProgress: (progress: TakeProgress) => void;
  /** Called with a sentence that the user should see: something could not be left as found, or takes long. */
  readonly onNotice: (text: string) => void;
}

/** A snapshot that was taken. */
export interface Taken {
  readonly fileBytes: number;
  /** How long the process stood still, ms. */
  readonly pauseMs: number;
}

const OPEN_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 10_000;
/** Longest silence while a snapshot is under way. A full collection of a very large heap takes seconds. */
const STALL_TIMEOUT_MS = 120_000;
/** A process in the middle of a snapshot listens to nobody until it is done. */
const CLOSE_TIMEOUT_MS = 120_000;
const PATIENCE_MS = 1_500;
/** `require` is at hand in ES modules too: the inspector's own command line offers it. */
const CLOSE_EXPRESSION = "require('node:inspector').close()";

/**
 * Takes a heap snapshot of a running Node.js process through its inspector and leaves the process as found: the
 * inspector is closed again unless it was open before, and a snapshot that failed leaves no file.
 *
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE}, {PLIM_ERR_FILE_UNWRITABLE}, whatever `preflight` throws, and the reason of
 * `signal`.
 *
 * **Cost:** stops the process for about a second per 15 MiB of small objects; its memory rises several-fold meanwhile.
 */
export async function takeSnapshotOf(pid: number, options: TakeOptions): Promise<Taken> {
  requireReachableNode(pid);
  const out = new PartialFile(options.file, options.force);
  try {
    const endpoint = await openInspector(pid, OPEN_TIMEOUT_MS);
    const taken = await withSession(pid, endpoint, options, (session) => capture(pid, session, out, options));
    out.commit();
    return taken;
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    throw error;
  } finally {
    out.discard();
  }
}

async function withSession(
  pid: number,
  endpoint: Endpoint,
  options: TakeOptions,
  work: (session: InspectorSession) => Promise<Taken>,
): Promise<Taken> {
  let session: InspectorSession | undefined;
  try {
    options.signal.throwIfAborted();
    session = await InspectorSession.connect(endpoint.url);
    return await unlessAborted(work(session), options.signal);
  } catch (error) {
    if (isPlimsollError(error, 'PLIM_ERR_PROCESS_UNREACHABLE') && (await hasEnded(pid))) {
      throw unreachable(`Process ${pid} ended before its snapshot was done; nothing was written.`, error);
    }
    throw error;
  } finally {
    if (session !== undefined) session.onEvent = () => undefined;
    if (endpoint.opened) await closeInspector(pid, endpoint, session, options);
    await session?.close();
  }
}

async function capture(pid: number, session: InspectorSession, out: PartialFile, options: TakeOptions): Promise<Taken> {
  const expectedBytes = await within(
    preflight(session, options),
    ANSWER_TIMEOUT_MS,
    `Process ${pid} did not answer within ${ANSWER_TIMEOUT_MS / 1000} s: its main thread is blocked. Try again later.`,
  );
  options.signal.throwIfAborted();
  const begun = performance.now();
  const stall = new StallWatch(
    STALL_TIMEOUT_MS,
    `Process ${pid} has sent nothing for ${STALL_TIMEOUT_MS / 1000} s while its snapshot was taken.`,
  );
  session.onEvent = (method, parameters) => {
    stall.restart();
    receive(method, parameters, out, expectedBytes, options);
  };
  try {
    // Numbers are kept, as they show the bounds of caches.
    const request = { reportProgress: true, captureNumericValue: true };
    await Promise.race([session.send('HeapProfiler.takeHeapSnapshot', request), stall.stalled]);
  } finally {
    stall.stop();
  }
  return { fileBytes: out.bytes, pauseMs: performance.now() - begun };
}

function receive(
  method: string,
  parameters: Parameters,
  out: PartialFile,
  expectedBytes: number,
  options: TakeOptions,
): void {
  if (method === 'HeapProfiler.addHeapSnapshotChunk') {
    out.append(String(parameters['chunk']));
    options.onProgress({ stage: 'writing', done: out.bytes, total: Math.max(expectedBytes, out.bytes) });
  } else if (method === 'HeapProfiler.reportHeapSnapshotProgress') {
    options.onProgress({
      stage: 'building',
      done: Number(parameters['done']),
      total: Math.max(1, Number(parameters['total'])),
    });
  }
}

/** Garbage would make the estimate too high: a refusal is given only after a collection. */
async function preflight(session: InspectorSession, options: TakeOptions): Promise<number> {
  try {
    return options.preflight(await readFigures(session));
  } catch (error) {
    if (!isPlimsollError(error, 'PLIM_ERR_SNAPSHOT_REFUSED')) throw error;
    await session.send('HeapProfiler.collectGarbage');
    return options.preflight(await readFigures(session));
  }
}

/** Has the process close the inspector that we had it open. Its answer never comes: the connection goes with it. */
async function closeInspector(
  pid: number,
  endpoint: Endpoint,
  session: InspectorSession | undefined,
  options: TakeOptions,
): Promise<void> {
  const wasAborted = options.signal.aborted;
  const patience = setTimeout(() => {
    const hint = wasAborted ? 'Ctrl-C again leaves at once' : 'Ctrl-C leaves at once';
    options.onNotice(`Waiting for process ${pid} to answer, to close its inspector again (${hint}).`);
  }, PATIENCE_MS);
  let left: boolean;
  try {
    session?.evaluate(CLOSE_EXPRESSION).catch(() => undefined);
    const leaving = isSettled(session?.closed ?? Promise.resolve(), CLOSE_TIMEOUT_MS);
    left = wasAborted ? await leaving : await unlessAborted(leaving, options.signal).catch(() => false);
  } finally {
    clearTimeout(patience);
  }
  if (left && (await isClosed(pid, endpoint))) return;
  options.onNotice(
    `The inspector of process ${pid} could not be closed: it still listens on ${authorityOf(endpoint.listener)}` +
      `${left ? '' : ', and closes once its main thread goes on'}.`,
  );
}

async function isClosed(pid: number, endpoint: Endpoint): Promise<boolean> {
  const address = authorityOf(endpoint.listener);
  return await becomesTrue(() => !readListeners(pid).some((listener) => authorityOf(listener) === address));
}

async function hasEnded(pid: number): Promise<boolean> {
  return await becomesTrue(() => !isAlive(pid));
}
