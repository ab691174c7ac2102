import { systemCodeOf } from '../../base/errors.ts';

/** Writes results to standard output; ends quietly when its reader has gone (`| head`). */
export async function printResult(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error | null | undefined): void => {
      if (error === null || error === undefined || systemCodeOf(error) === 'EPIPE') resolve();
      else reject(error);
    };
    process.stdout.once('error', fail);
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, fail);
  });
}

/** Width of a result that is not read on a terminal. */
const PLAIN_COLUMNS = 200;

/** Columns that a result may fill. */
export function columnsOfStdout(): number {
  return process.stdout.isTTY ? process.stdout.columns : PLAIN_COLUMNS;
}

/** Whether whoever reads the result wants colours. */
export function hasColorsOnStdout(env: Readonly<NodeJS.ProcessEnv>): boolean {
  return process.stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && process.stdout.hasColors();
}
