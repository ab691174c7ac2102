import { explainGrowth } from '../../diagnose/suspects/index.ts';
import type { ReportedSuspect } from '../../diagnose/report/index.ts';
import type { ClassGrowth } from '../../snapshot/index.ts';
import { isWatcherScript } from '../watcher-scripts.ts';
import type { OrderedSnapshots } from './diff-files.ts';

/** What `plimsoll diff` tells, and what its `--json` prints. */
export interface DiffReport {
  /** The snapshots that were compared, oldest first. */
  readonly snapshots: readonly {
    readonly file: string;
    readonly fileBytes: number;
    /** Whether the file was cut off after its graph. */
    readonly truncated: boolean;
    /** Ms since the first; `null` when the files' times do not tell. */
    readonly at: number | null;
    /** Shallow bytes of all that the roots hold. */
    readonly liveBytes: number;
  }[];
  /** Snapshots given. */
  readonly given: number;
  /** Whether they were given in another order than they were taken. */
  readonly reordered: boolean;
  /** Bytes that the program's data gained. */
  readonly growthBytes: number;
  /** The same in a minute; `null` when the files' times do not tell. */
  readonly bytesPerMinute: number | null;
  readonly suspects: readonly ReportedSuspect[];
  /** Classes whose number grew most: instances in each snapshot. */
  readonly classes: readonly ClassGrowth[];
}

/** Compares snapshots. `root`: folder to which files are relative. */
export function reportDiff(ordered: OrderedSnapshots, root: string): DiffReport {
  const { snapshots, times } = ordered;
  const { growth, suspects } = explainGrowth(snapshots, { root, times, isWatcherScript });
  return {
    snapshots: snapshots.map(({ file, fileBytes, truncated, tree }, i) => ({
      file,
      fileBytes,
      truncated: truncated !== null,
      at: times === null ? null : Math.round(times[i]!),
      liveBytes: tree.retained[0] ?? 0,
    })),
    given: ordered.given,
    reordered: ordered.reordered,
    growthBytes: Math.round(growth.bytes),
    bytesPerMinute: times === null ? null : Math.round((growth.bytes / times.at(-1)!) * 60_000),
    suspects,
    classes: growth.classes,
  };
}
