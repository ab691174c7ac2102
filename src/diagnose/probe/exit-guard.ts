/** What is known when a thread is about to exit; bytes are heap and external together, at floors. */
export interface ExitState {
  /** On the thread's own clock, ms. */
  readonly at: number;
  readonly lastSnapshotAt: number | undefined;
  /** The floor just before the first snapshot; `undefined` without any. */
  readonly firstSnapshotBytes: number | undefined;
  /** The highest of the last floors before the one at exit: to put things away may take a while. */
  readonly lastBytes: number | undefined;
  readonly exitBytes: number;
}

/** Part of the growth that may be gone at exit before the heap counts as cleared away. */
const CLEARED_SHARE = 0.2;
/** A part of the watch shorter than this share of the rest gives no rate to compare. */
const SHORTEST_PART = 1 / 8;

/**
 * Whether a snapshot at exit would tell something: not so soon after one, and not when the program has put its things
 * away before leaving, as an older snapshot then shows more.
 */
export function isExitSnapshotUseful(state: ExitState): boolean {
  const { at, lastSnapshotAt, firstSnapshotBytes = 0, lastBytes, exitBytes } = state;
  if (lastSnapshotAt !== undefined && at - lastSnapshotAt < at * SHORTEST_PART) return false;
  if (lastBytes === undefined) return true;
  const growth = lastBytes - firstSnapshotBytes;
  return growth <= 0 || lastBytes - exitBytes <= CLEARED_SHARE * growth;
}
