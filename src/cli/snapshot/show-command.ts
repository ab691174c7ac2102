import path from 'node:path';
import { openSnapshot } from '../../snapshot/index.ts';
import type { Terminal } from '../terminal.ts';
import { columnsOfStdout, printResult } from './print.ts';
import { Progress } from './progress.ts';
import { reportSnapshot } from './show-report.ts';
import { snapshotText } from './show-text.ts';
import { warnIfPartial } from './partial.ts';

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
    const report = reportSnapshot(snapshot, top, process.cwd(), performance.now() - begun);
    progress.end();
    await printResult(isJson ? JSON.stringify(report, null, 2) : snapshotText(report, columnsOfStdout()));
  } finally {
    progress.end();
    await terminal.flush();
  }
}
