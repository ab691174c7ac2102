import type { Terminal } from '../terminal.ts';
import { openInOrder } from './diff-files.ts';
import { reportDiff } from './diff-report.ts';
import { diffText } from './diff-text.ts';
import { warnIfPartial } from './partial.ts';
import { columnsOfStdout, hasColorsOnStdout, printResult } from './print.ts';
import { Progress } from './progress.ts';

/** Time that the comparison takes, in times of the reading. */
const ANALYSIS_SHARE = 4;

/** `plimsoll diff A B [C...]`. */
export async function showDiff(files: readonly string[], isJson: boolean, terminal: Terminal): Promise<void> {
  const progress = new Progress(terminal);
  const begun = performance.now();
  try {
    const ordered = await openInOrder(files, (done, total) =>
      progress.show(`Reading ${files.length} snapshots`, done, total, 'bytes'),
    );
    for (const snapshot of ordered.snapshots) warnIfPartial(snapshot, terminal);
    progress.announce(
      `Comparing ${ordered.snapshots.length} snapshots ...`,
      (performance.now() - begun) * ANALYSIS_SHARE,
    );
    const report = reportDiff(ordered, process.cwd());
    await progress.end();
    const columns = columnsOfStdout();
    const style = { width: columns, colors: hasColorsOnStdout(process.env) };
    await printResult(isJson ? JSON.stringify(report, null, 2) : diffText(report, columns, style));
  } finally {
    await progress.end();
  }
}
