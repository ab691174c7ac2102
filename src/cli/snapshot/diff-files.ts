import fs from 'node:fs';
import { OptionsError, SnapshotError } from '../../base/errors.ts';
import { areRelated, type HeapSnapshot, newestId, openSnapshot } from '../../snapshot/index.ts';

/** Snapshots of one process, oldest first. */
export interface OrderedSnapshots {
  readonly snapshots: readonly HeapSnapshot[];
  /** Snapshots given, of which at most three are compared. */
  readonly given: number;
  /** Whether they were given in another order. */
  readonly reordered: boolean;
  /** Ms from the first snapshot to each, by the files' modification times; `null` when those cannot be right. */
  readonly times: readonly number[] | null;
}

/** The most that are compared, and so kept in memory. */
const MOST_COMPARED = 3;
/** Copies of files carry times that lie closer than snapshots can. */
const SHORTEST_PART_MS = 1_000;

interface Scouted {
  readonly file: string;
  readonly newestId: number;
  readonly modifiedMs: number;
  /** What only equal snapshots have in common. */
  readonly print: string;
  readonly snapshot: HeapSnapshot | undefined;
}

/**
 * Opens snapshots of one process and puts them in the order in which they were taken; of more than three the first,
 * the middle and the last are given.
 *
 * @throws OptionsError `PLIM_ERR_OPTION_INVALID` for one file, or the same twice
 * @throws SnapshotError `PLIM_ERR_SNAPSHOT_UNRELATED` when they are of different processes
 * @throws what `openSnapshot` throws
 */
export async function openInOrder(
  files: readonly string[],
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<OrderedSnapshots> {
  requireDifferentFiles(files);
  const reading = new Reading(files, onProgress);
  const scouted = await scout(files, reading);
  const sorted = [...scouted].sort((a, b) => a.newestId - b.newestId);
  requireDifferentContents(sorted);
  const chosen = firstMiddleLast(sorted);
  const snapshots: HeapSnapshot[] = [];
  for (const { file, snapshot } of chosen) snapshots.push(snapshot ?? (await reading.open(file)));
  return {
    snapshots,
    given: files.length,
    reordered: sorted.some((entry, i) => entry !== scouted[i]),
    times: timesOf(chosen.map(({ modifiedMs }) => modifiedMs)),
  };
}

/** Looks at each file; keeps all snapshots in memory only where all are needed. */
async function scout(files: readonly string[], reading: Reading): Promise<Scouted[]> {
  const scouted: Scouted[] = [];
  let first: HeapSnapshot | undefined;
  for (const file of files) {
    const snapshot = await reading.open(file);
    first ??= snapshot;
    if (snapshot !== first && !areRelated(first.graph, snapshot.graph)) throw unrelated(first.file, file);
    const { nodeCount, edgeCount } = snapshot.graph;
    const newest = newestId(snapshot.graph);
    scouted.push({
      file,
      newestId: newest,
      modifiedMs: fs.statSync(file).mtimeMs,
      print: `${newest} ${nodeCount} ${edgeCount} ${snapshot.fileBytes}`,
      snapshot: files.length <= MOST_COMPARED ? snapshot : undefined,
    });
  }
  return scouted;
}

/** Opens files, their progress counted together. */
class Reading {
  readonly #onProgress: (doneBytes: number, totalBytes: number) => void;
  readonly #totalBytes: number;
  #doneBytes = 0;

  constructor(files: readonly string[], onProgress: (doneBytes: number, totalBytes: number) => void) {
    this.#onProgress = onProgress;
    const sizes = files.map((file) => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    const once = sizes.reduce((sum, size) => sum + size, 0);
    this.#totalBytes = files.length <= MOST_COMPARED ? once : once + (once / files.length) * MOST_COMPARED;
  }

  async open(file: string): Promise<HeapSnapshot> {
    const snapshot = await openSnapshot(file, {
      onProgress: (done) =>
        this.#onProgress(this.#doneBytes + done, Math.max(this.#totalBytes, this.#doneBytes + done)),
    });
    this.#doneBytes += snapshot.fileBytes;
    return snapshot;
  }
}

function firstMiddleLast(sorted: readonly Scouted[]): readonly Scouted[] {
  if (sorted.length <= MOST_COMPARED) return sorted;
  return [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!];
}

function requireDifferentFiles(files: readonly string[]): void {
  if (files.length < 2) throw invalid('Expected two or more snapshots of one process, got one.');
  const seen = new Set<string>();
  for (const file of files) {
    // What is missing gets its own error when it is opened.
    const real = fs.existsSync(file) ? fs.realpathSync(file) : file;
    if (seen.has(real)) throw invalid(`Expected different snapshots, got ${file} twice.`);
    seen.add(real);
  }
}

function requireDifferentContents(sorted: readonly Scouted[]): void {
  const copy = sorted.findIndex((entry, i) => i > 0 && entry.print === sorted[i - 1]!.print);
  if (copy < 0) return;
  throw invalid(
    `Expected different snapshots, got the same one twice: ${sorted[copy - 1]!.file} and ${sorted[copy]!.file}.`,
  );
}

/** Ms since the first; `null` when the times do not rise as the snapshots do, or lie too close together. */
export function timesOf(modifiedMs: readonly number[]): readonly number[] | null {
  const first = modifiedMs[0] ?? 0;
  const isSane = modifiedMs.every((time, i) => i === 0 || time - modifiedMs[i - 1]! >= SHORTEST_PART_MS);
  return isSane ? modifiedMs.map((time) => time - first) : null;
}

function unrelated(one: string, other: string): SnapshotError {
  return new SnapshotError(
    'PLIM_ERR_SNAPSHOT_UNRELATED',
    `Expected snapshots of one process, got ${one} and ${other}, whose objects have nothing in common.`,
  );
}

function invalid(message: string): OptionsError {
  return new OptionsError('PLIM_ERR_OPTION_INVALID', message);
}
