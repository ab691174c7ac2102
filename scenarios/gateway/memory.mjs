// The memory test of the service, as a command: it has to let the one form pass and to find the other.
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../frame/run-to-end.mjs';
import { checkEqual } from './outcome.mjs';

const COMMAND = fileURLToPath(new URL('../memory-test.mjs', import.meta.url));
const LIMIT_MS = 150_000;
const STATUS = { naive: 3, plimsoll: 0 };

/** @param {'naive' | 'plimsoll'} form @param {number} rounds */
export async function checkMemoryTest(form, rounds) {
  const args = [COMMAND, form, '--rounds', String(rounds)];
  const { status, errors } = await runToEnd(process.execPath, args, { limitMs: LIMIT_MS });
  const [, verdict = 'none'] = /Verdict: (\w+)/i.exec(errors) ?? [];
  process.stderr.write(`  memory test: status ${status}, ${verdict}\n`);
  return checkEqual('the memory test of the service, as a command: its status', STATUS[form], status);
}
