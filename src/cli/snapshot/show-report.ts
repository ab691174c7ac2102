import { Places } from '../../diagnose/sources/index.ts';
import { type BigRetainer, type HeapSnapshot, Namer, summarise } from '../../snapshot/index.ts';
import { isWatcherScript } from '../watcher-scripts.ts';

export interface ClassRow {
  readonly name: string;
  readonly count: number;
  readonly shallowBytes: number;
  readonly retainedBytes: number;
}

export interface RetainerRow {
  /** V8's id of the object. */
  readonly id: number;
  readonly className: string;
  readonly shallowBytes: number;
  readonly retainedBytes: number;
  /** Variable and properties that lead to it; `''` when none has a name. */
  readonly owner: string;
  /** File and line, module or root at which that path begins; `''` when unknown. */
  readonly place: string;
  /** Whether more objects of the same class at the same place came next; they are left out. */
  readonly hasOthersLikeIt: boolean;
}

/** What `plimsoll snapshot FILE` tells, and what its `--json` prints. */
export interface SnapshotReport {
  readonly file: string;
  readonly fileBytes: number;
  readonly readMs: number;
  /** Whether the file was cut off after its graph. */
  readonly truncated: boolean;
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly stringCount: number;
  /** Shallow bytes of all that the roots hold. */
  readonly liveBytes: number;
  /** Classes in all. */
  readonly classCount: number;
  /** Largest retained size first. */
  readonly classes: readonly ClassRow[];
  /** Largest retained size first. */
  readonly biggest: readonly RetainerRow[];
}

/** The roots and their groups hold everything: no class of the program's. */
const ROOTS = '(synthetic)';

/** Objects looked at for each row: a store's entries are alike and make one row. */
const LOOKED_AT_PER_ROW = 10;

/** Sums up a snapshot that took `readMs` to read, `top` rows a table. `root`: folder to which files are relative. */
export function reportSnapshot(snapshot: HeapSnapshot, top: number, root: string, readMs: number): SnapshotReport {
  const summary = summarise(snapshot, { biggest: top * LOOKED_AT_PER_ROW });
  const classes = summary.classes.filter((row) => row.name !== ROOTS);
  return {
    file: snapshot.file,
    fileBytes: snapshot.fileBytes,
    readMs: Math.round(readMs),
    truncated: snapshot.truncated !== null,
    nodeCount: summary.nodeCount,
    edgeCount: summary.edgeCount,
    stringCount: snapshot.graph.strings.count,
    liveBytes: snapshot.tree.retained[0] ?? 0,
    classCount: classes.length,
    classes: classes.slice(0, top),
    biggest: withoutRepeats(nameRetainers(snapshot, summary.biggest, root)).slice(0, top),
  };
}

function nameRetainers(snapshot: HeapSnapshot, biggest: readonly BigRetainer[], root: string): RetainerRow[] {
  const places = new Places({ root, isWatcherScript });
  const namer = new Namer(snapshot, { root, isForeign: isWatcherScript, placeText: places.placeText });
  return biggest.map(({ ordinal, id, shallowBytes, retainedBytes }) => {
    const owner = namer.ownerOf(ordinal);
    return {
      id,
      className: namer.classes.of(ordinal),
      shallowBytes,
      retainedBytes,
      owner: owner.expression,
      // Without a variable there is no declaration to point at.
      place: owner.variable === '' ? owner.head : places.ofOwner(owner),
      hasOthersLikeIt: false,
    };
  });
}

/** One row for each class at each place: the largest. */
function withoutRepeats(rows: readonly RetainerRow[]): RetainerRow[] {
  const kept = new Map<string, RetainerRow>();
  for (const row of rows) {
    const key = `${row.className}\n${row.owner}\n${row.place}`;
    const larger = kept.get(key);
    kept.set(key, larger === undefined ? row : { ...larger, hasOthersLikeIt: true });
  }
  return [...kept.values()];
}
