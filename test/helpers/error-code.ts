import { isPlimsollError } from '../../src/base/errors.ts';

/** The code of what `run` throws; text for what is not ours, `undefined` when it throws nothing. */
export function codeThrownBy(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return codeOrText(error);
  }
  return undefined;
}

/** {@link codeThrownBy} of a promise that rejects, or of what throws before there is one. */
export async function codeRejectedBy(run: Promise<unknown> | (() => unknown)): Promise<string | undefined> {
  try {
    await (typeof run === 'function' ? run() : run);
  } catch (error) {
    return codeOrText(error);
  }
  return undefined;
}

function codeOrText(error: unknown): string {
  return isPlimsollError(error) ? error.code : String(error);
}
