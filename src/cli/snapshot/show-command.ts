import path from 'node:path';
import { openSnapshot } from '../../snapshot/index.ts';
import type { Terminal } from '../terminal.ts';
import { columnsOfStdout, printResult } from './print.ts';
import { Progress } from './progress.ts';
import { reportSnapshot } from './show-report.ts';
import { snapshotText } from './show-text.ts';
import { warnIfPartial } from './partial.ts';

/** Time that the analysis takes, in times of the reading. */
const ANALYSIS_SHARE = 4;

export interface ShowCommandOptions {
  readonly file: string;
  /** Rows per table. */
  readonly top: number;
  readonly isJson: boolean;
}

/** `plimsoll snapshot FILE`. */
export async function showSnapshot(options: ShowCommandOptions, terminal: Terminal): Promise<void> {
  const { file, top, isJson } = options;
  const progress = new Progress(terminal);
  const begun = performance.now();
  try {
    const what = `Reading ${path.basename(file)}`;
    const snapshot = await openSnapshot(file, {
      onProgress: (done, total) => progress.show(what, done, total, 'bytes'),
    });
    warnIfPartial(snapshot, terminal);
    const readMs = performance.now() - begun;
    progress.announce(`Working out what holds what in ${path.basename(file)} ...`, readMs * ANALYSIS_SHARE);
    const report = reportSnapshot(snapshot, top, process.cwd(), readMs);
    await progress.end();
    await printResult(isJson ? JSON.stringify(report, null, 2) : snapshotText(report, columnsOfStdout()));
  } finally {
    await progress.end();
  }
}
