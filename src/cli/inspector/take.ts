import { isPlimsollError } from '../../base/errors.ts';
import { PartialFile } from '../../runtime/index.ts';
import { requireReachableNode } from './node-process.ts';
import type { InspectorSession, Parameters } from './session.ts';
import { readFigures, type TargetFigures } from './target.ts';
import { visitInspector } from './visit.ts';
import { StallWatch, within } from './waiting.ts';

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

const ANSWER_TIMEOUT_MS = 10_000;
/** Longest silence while a snapshot is under way. A full collection of a very large heap takes seconds. */
const STALL_TIMEOUT_MS = 120_000;

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
    const ended = `Process ${pid} ended before its snapshot was done; nothing was written.`;
    const taken = await visitInspector(pid, { ...options, ended }, (session) => capture(pid, session, out, options));
    out.commit();
    return taken;
  } finally {
    out.discard();
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
