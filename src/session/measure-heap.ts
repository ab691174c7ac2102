/** What sessions really keep on the heap: a snapshot of this process, and in it what hangs on each session alone. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SnapshotError } from '../base/errors.ts';
import { readDuration } from '../base/options.ts';
import { estimateSnapshot, freeDisk, memoryRoom, readMemory, whyRefused, writeSnapshot } from '../runtime/index.ts';
import { type HeapSnapshot, NONE, openSnapshot } from '../snapshot/index.ts';

/** @see {@link SessionBroker.measureHeap} */
export interface MeasureHeapOptions {
  /** It is refused when the pause is expected to be longer: ms or text such as `'10s'`. @default '5s' */
  readonly maxPause?: number | string;
  /** A folder for the snapshot, which is deleted again. It holds whatever the process holds, secrets too. @default the system's */
  readonly folder?: string;
  /** Stops reading the snapshot. The pause cannot be cut short. */
  readonly signal?: AbortSignal;
}

/** What one session keeps. */
export interface HeapMeasurement {
  readonly id: string;
  /** Bytes that would be free if the session alone were gone; what it shares with others is not among them. */
  readonly retainedBytes: number;
  /** Of the budget, charges and store, at the same time. */
  readonly chargedBytes: number;
}

/** A session, as far as it is measured. */
export interface Measured {
  readonly id: string;
  readonly budget: { used(): number };
}

/** Before the name of the property by which a session is found in the snapshot; names of classes do not survive bundlers. */
const MARK = 'plimsoll: measured session ';

/** @throws {SnapshotError} `PLIM_ERR_SNAPSHOT_REFUSED` */
export async function measureHeap(
  sessions: readonly Measured[],
  options: MeasureHeapOptions,
): Promise<HeapMeasurement[]> {
  const maxPauseMs = options.maxPause === undefined ? 5000 : readDuration('maxPause', options.maxPause);
  options.signal?.throwIfAborted();
  const folder = await mkdtemp(path.join(options.folder ?? os.tmpdir(), 'plimsoll-'));
  try {
    assertRoom(folder, maxPauseMs);
    const file = path.join(folder, 'sessions.heapsnapshot');
    const marks = Object.fromEntries(sessions.map((session, at) => [MARK + at, session]));
    const charged = sessions.map(({ budget }) => budget.used());
    writeSnapshot(file);
    const snapshot = await openSnapshot(file, options.signal === undefined ? {} : { signal: options.signal });
    const nodes = markedNodes(snapshot, sessions.length);
    return Object.values(marks).map(({ id }, at) => ({
      id,
      retainedBytes: retainedOf(snapshot, nodes[at]!),
      chargedBytes: charged[at]!,
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function assertRoom(folder: string, maxPauseMs: number): void {
  const { heapUsed } = readMemory();
  const why = whyRefused(estimateSnapshot(heapUsed), {
    memory: memoryRoom(),
    diskBytes: freeDisk(folder),
    maxPauseMs,
  });
  if (why !== null) throw new SnapshotError('PLIM_ERR_SNAPSHOT_REFUSED', why);
}

/** The node to which the property with each mark leads. */
function markedNodes({ graph }: HeapSnapshot, count: number): number[] {
  const nodes = Array.from({ length: count }, () => NONE);
  const { edgeType, edgeName, edgeTo, edgeTypes, strings } = graph;
  const marks = new Map(strings.indexesContaining(MARK).map((index) => [index, strings.get(index)]));
  for (let edge = 0; edge < edgeTo.length; edge++) {
    const text = edgeType[edge] === edgeTypes.property ? marks.get(edgeName[edge]!) : undefined;
    const at = text?.startsWith(MARK) === true ? Number(text.slice(MARK.length)) : Number.NaN;
    if (at < count) nodes[at] = edgeTo[edge]!;
  }
  return nodes;
}

function retainedOf({ tree }: HeapSnapshot, node: number): number {
  const number = node === NONE ? NONE : tree.numberOf[node]!;
  return number === NONE ? 0 : tree.retained[number]!;
}
