// A pair of server processes, one with a scope for each request and one without, that take turns at the requests.
import { fileURLToPath } from 'node:url';
import { runInTurns } from '../lib/turns.mjs';

const endsFile = fileURLToPath(new URL('request-ends.mjs', import.meta.url));

/**
 * @param {Parameters<typeof runInTurns>[0]} driver
 * @param {readonly (string | undefined)[]} entries For each server the built entry whose scopes it has, if any.
 * @param {Parameters<typeof runInTurns>[2]} load
 */
export function runPair(driver, entries, load) {
  const starts = entries.map((entry) => ({ preload: endsFile, env: { PLIMSOLL_BENCH_SCOPE: entry } }));
  return runInTurns(driver, starts, load);
}
