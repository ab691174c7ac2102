/** A visit to a process by its inspector, which is left as it was found. */
import { isPlimsollError } from '../../base/errors.ts';
import { authorityOf, type Endpoint, findRaised, openInspector } from './endpoint.ts';
import { unreachable } from './node-process.ts';
import { descendantsOf, isAlive, type Listener, readListeners, readText } from './proc.ts';
import { InspectorSession } from './session.ts';
import { becomesTrue, isSettled, unlessAborted } from './waiting.ts';

export interface VisitOptions {
  /** Ends it early; the process is left as found all the same. */
  readonly signal: AbortSignal;
  /** Called with a sentence that the user should see: something could not be left as found, or takes long. */
  readonly onNotice: (text: string) => void;
  /** The message of the error when the process ends meanwhile. */
  readonly ended: string;
  /** Where the process listened before anything of ours began; default: before the visit. */
  readonly before?: readonly Listener[];
}

const OPEN_TIMEOUT_MS = 10_000;
/** A process in the middle of a snapshot listens to nobody until it is done. */
const CLOSE_TIMEOUT_MS = 120_000;
const PATIENCE_MS = 1_500;
/** How long workers of a cluster take to open their inspectors after their primary has told them to. */
const RAISED_MS = 200;
/** `require` is at hand in ES modules too: the inspector's own command line offers it. */
const CLOSE_EXPRESSION = "require('node:inspector').close()";

/**
 * Does `work` with the inspector of a process, opened with SIGUSR1 unless it is open, and closes it again if it was not.
 * The process was looked at before ({@link requireReachableNode}).
 *
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE}, whatever `work` throws, and the reason of `signal`.
 */
export async function visitInspector<T>(
  pid: number,
  options: VisitOptions,
  work: (session: InspectorSession) => Promise<T>,
): Promise<T> {
  try {
    const workers = clusterWorkersOf(pid);
    const endpoint = await openInspector(pid, OPEN_TIMEOUT_MS, options.before);
    try {
      return await withSession(pid, endpoint, options, work);
    } finally {
      if (endpoint.opened) await closeRaised(workers, options);
    }
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    throw error;
  }
}

/** Processes that a primary of a cluster has open their inspectors when it opens its own, and where they listen. */
function clusterWorkersOf(pid: number): ReadonlyMap<number, readonly Listener[]> {
  const workers = descendantsOf(pid).filter((each) => readText(`/proc/${each}/environ`)?.includes('NODE_UNIQUE_ID='));
  return new Map(workers.map((worker) => [worker, readListeners(worker)]));
}

async function closeRaised(workers: ReadonlyMap<number, readonly Listener[]>, options: VisitOptions): Promise<void> {
  if (workers.size > 0) await new Promise((resolve) => setTimeout(resolve, RAISED_MS));
  for (const [worker, before] of workers) {
    try {
      const endpoint = await findRaised(worker, before);
      if (endpoint !== undefined) await withSession(worker, endpoint, options, () => Promise.resolve());
    } catch {
      // It has ended, or the user has had enough: the inspector of one that goes on is told of by closing it.
    }
  }
}

async function withSession<T>(
  pid: number,
  endpoint: Endpoint,
  options: VisitOptions,
  work: (session: InspectorSession) => Promise<T>,
): Promise<T> {
  let session: InspectorSession | undefined;
  try {
    options.signal.throwIfAborted();
    session = await InspectorSession.connect(endpoint.url);
    return await unlessAborted(work(session), options.signal);
  } catch (error) {
    if (isPlimsollError(error, 'PLIM_ERR_PROCESS_UNREACHABLE') && (await hasEnded(pid))) {
      throw unreachable(options.ended, error);
    }
    throw error;
  } finally {
    if (session !== undefined) session.onEvent = () => undefined;
    if (endpoint.opened) await closeInspector(pid, endpoint, session, options);
    await session?.close();
  }
}

/** Has the process close the inspector that we had it open. Its answer never comes: the connection goes with it. */
async function closeInspector(
  pid: number,
  endpoint: Endpoint,
  session: InspectorSession | undefined,
  options: VisitOptions,
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
