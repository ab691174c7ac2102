import { formatBytes } from '../../base/units.ts';
import type { HeapSnapshot } from '../../snapshot/index.ts';
import type { Terminal } from '../terminal.ts';

/** Says so when a snapshot was cut off; its figures are whole all the same. */
export function warnIfPartial(snapshot: HeapSnapshot, terminal: Terminal): void {
  const { file, truncated } = snapshot;
  if (truncated === null) return;
  terminal.say(
    `plimsoll: ${file} ends early, after ${formatBytes(truncated.offset)}, within its ${truncated.section}: ` +
      'sizes and counts are whole, names may be missing (PLIM_WARN_SNAPSHOT_PARTIAL)',
  );
}
