import path from 'node:path';
import { formatBytes, formatCount } from '../../base/units.ts';
import { redactSnapshot } from '../../snapshot/index.ts';
import type { Terminal } from '../terminal.ts';
import { untilInterrupted } from './interrupt.ts';
import { printResult } from './print.ts';
import { Progress } from './progress.ts';

export interface RedactCommandOptions {
  readonly file: string;
  readonly out: string;
  readonly keepNames: boolean;
  readonly force: boolean;
}

/** `plimsoll snapshot --redact IN OUT`. Gives the exit status. */
export async function redactAndTell(options: RedactCommandOptions, terminal: Terminal): Promise<number> {
  const { file, out, keepNames, force } = options;
  const progress = new Progress(terminal);
  return await untilInterrupted(async (signal) => {
    try {
      const { fileBytes, strings, replaced } = await redactSnapshot(file, out, {
        keepNames,
        force,
        signal,
        onProgress: (done, total) => progress.show(`Redacting ${path.basename(file)}`, done, total, 'bytes'),
      });
      await progress.end();
      const kept = keepNames ? 'names are kept' : 'names are replaced too';
      await printResult(
        `${out}: ${formatBytes(fileBytes)}; ${formatCount(replaced)} of ${formatCount(strings)} strings replaced, ${kept}.`,
      );
    } catch (error) {
      if (signal.aborted) terminal.say('plimsoll: interrupted; nothing was written.');
      throw error;
    } finally {
      await progress.end();
    }
  });
}
