/**
 * Who holds an object that should be gone: a heap snapshot of this process, and the path that leads to the object in it.
 *
 * The object is found in the snapshot without being held: an object of ours carries a text that is nowhere else, and the weak reference.
 * In the snapshot the text leads to its holder, the holder to the reference, and the reference by its weak edge to the object.
 */
import path from 'node:path';
import { readDuration, readInteger, readName } from '../base/options.ts';
import { SnapshotError } from '../base/errors.ts';
import {
  estimateSnapshot,
  files,
  freeDisk,
  memoryRoom,
  readMemory,
  type SnapshotRoom,
  temporaryName,
  whyRefused,
  writeSnapshot,
} from '../runtime/index.ts';
import { type HeapGraph, type HeapSnapshot, Namer, openSnapshot } from '../snapshot/index.ts';

/** What has weak references to retained objects by fingerprint; a `RetentionWatcher` fits. */
export interface RetainedSource {
  retained(fingerprint: string, most?: number): readonly WeakRef<object>[];
}

/** @see explainRetained */
export interface ExplainRetainedOptions {
  /** Objects that are looked for, oldest first. @default 3 */
  readonly most?: number;
  /** Folder of the snapshot while it is read. @default the system's folder for temporary files */
  readonly folder?: string;
  /** The program may be stopped for so long while the snapshot is written, in ms or as `'10s'`. @default '10s' */
  readonly maxPause?: number | string;
  /** Whether the file is left there afterwards. It holds all texts of the program. @default false */
  readonly keepFile?: boolean;
}

/** What holds one object. */
export interface RetainedObject {
  readonly className: string;
  /** What it keeps alive by itself, itself included, bytes. */
  readonly retainedBytes: number;
  /** How a reader finds it: `sessions` in `module src/server.mjs`; `''` where the path begins at no name. */
  readonly expression: string;
  readonly head: string;
  /** One hop an entry, from the root to the object. */
  readonly path: readonly string[];
}

/** What was found. */
export interface RetainedExplanation {
  /** Those found alive; fewer than asked for when some have gone meanwhile. */
  readonly objects: readonly RetainedObject[];
  readonly pauseMs: number;
  /** The snapshot's file, if it was kept. */
  readonly file: string | null;
}

const DEFAULTS = { most: 3, maxPause: '10s' } as const;

/**
 * Takes a heap snapshot and tells what holds the retained objects of a fingerprint.
 *
 * **Cost:** that of a heap snapshot: it stops the program for 25-110 ms and takes 3-9 MiB of memory per MiB of heap. Reading it takes
 * as long again, in parts. What it will cost is estimated first.
 *
 * @throws {SnapshotError} `PLIM_ERR_SNAPSHOT_REFUSED` when memory, disk or time would not do
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export async function explainRetained(
  source: RetainedSource,
  fingerprint: string,
  options: ExplainRetainedOptions = {},
): Promise<RetainedExplanation> {
  const most = readInteger('most', options.most ?? DEFAULTS.most, 1, 100);
  const folder = options.folder === undefined ? undefined : readName('folder', options.folder);
  const file = temporaryName('.heapsnapshot', folder);
  const room = roomFor(path.dirname(file), readDuration('maxPause', options.maxPause ?? DEFAULTS.maxPause));
  const refs = source.retained(readName('fingerprint', fingerprint), most);
  if (refs.length === 0) return { objects: [], pauseMs: 0, file: null };
  refuseIfTooDear(room);
  const { marks, pauseMs } = writeMarked(file, refs);
  try {
    const snapshot = await openSnapshot(file);
    return { objects: describe(snapshot, marks), pauseMs, file: options.keepFile === true ? file : null };
  } finally {
    if (options.keepFile !== true) files.unlinkSync(file);
  }
}

function roomFor(folder: string, maxPauseMs: number): SnapshotRoom {
  return { memory: memoryRoom(), diskBytes: freeDisk(folder), maxPauseMs };
}

function refuseIfTooDear(room: SnapshotRoom): void {
  const refusal = whyRefused(estimateSnapshot(readMemory().heapUsed), room);
  if (refusal !== null) throw new SnapshotError('PLIM_ERR_SNAPSHOT_REFUSED', refusal);
}

/** Carries a reference through the snapshot under a name that is nowhere else. */
class PlimsollMark {
  readonly mark: string;
  readonly ref: WeakRef<object>;

  constructor(mark: string, ref: WeakRef<object>) {
    this.mark = mark;
    this.ref = ref;
  }
}

function writeMarked(file: string, refs: readonly WeakRef<object>[]): { marks: readonly string[]; pauseMs: number } {
  const name = path.basename(file);
  // Joined, as the text of a template is no text in a snapshot, but a tree of its parts.
  const holders = refs.map((ref, i) => new PlimsollMark([name, i, ''].join(':'), ref));
  const { pauseMs } = writeSnapshot(file);
  return { marks: holders.map(({ mark }) => mark), pauseMs };
}

function describe(snapshot: HeapSnapshot, marks: readonly string[]): RetainedObject[] {
  const targets = marks.flatMap((mark) => targetOf(snapshot.graph, mark) ?? []);
  if (targets.length === 0) return [];
  const namer = new Namer(snapshot);
  const { tree } = snapshot;
  return targets.map((target) => {
    const { head, expression, hops } = namer.ownerOf(target);
    return {
      className: namer.classes.of(target),
      retainedBytes: tree.retained[tree.numberOf[target]!] ?? 0,
      expression,
      head,
      path: hops,
    };
  });
}

/** The object at the end of mark, holder, reference and weak edge; `undefined` when it has gone. */
function targetOf(graph: HeapGraph, mark: string): number | undefined {
  const [text] = graph.strings.indexesContaining(mark);
  if (text === undefined) return undefined;
  for (let holder = 0; holder < graph.firstEdge.length - 1; holder++) {
    const hasMark = edgeTo(graph, holder, 'mark', graph.edgeTypes.property, (to) => graph.nodeName[to] === text);
    if (hasMark === undefined) continue;
    const ref = edgeTo(graph, holder, 'ref', graph.edgeTypes.property);
    return ref === undefined ? undefined : edgeTo(graph, ref, 'target', graph.edgeTypes.weak);
  }
  return undefined;
}

function edgeTo(
  { firstEdge, edgeType, edgeTo: to, edgeName, strings }: HeapGraph,
  from: number,
  name: string,
  type: number,
  isWanted: (to: number) => boolean = () => true,
): number | undefined {
  for (let edge = firstEdge[from]!; edge < firstEdge[from + 1]!; edge++) {
    if (edgeType[edge] === type && isWanted(to[edge]!) && strings.get(edgeName[edge]!) === name) return to[edge]!;
  }
  return undefined;
}
