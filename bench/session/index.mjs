// What a session costs to open, to hold and to close, beside the least that could stand for one: an object with a Map.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { collect, lastJsonLine } from '../lib/child.mjs';
import { builtFile, distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';

export const description = 'CPU to open and close 10,000 sessions, and bytes of each that is open';

export const options = {
  sessions: { kind: 'number', value: 10_000, help: 'sessions of a round' },
  rounds: { kind: 'number', value: 9, help: 'rounds of each way, by turns' },
  dist: distOption,
};

const program = fileURLToPath(new URL('sessions.mjs', import.meta.url));

/** Measures in one process, each way after the other in every round. */
export async function run({ sessions, rounds, dist }) {
  const entry = pathToFileURL(builtFile(dist, 'session/index.js')).href;
  const args = ['--expose-gc', program, entry, String(sessions), String(rounds)];
  const { output, errors, ending } = await collect(args, {});
  if (ending !== 0) throw new BenchFailure(`The sessions ended with ${ending}: ${errors.trim().slice(-600)}`);
  const measured = Object.entries(lastJsonLine(output));
  const ways = measured.map(([way, { us, bytes }]) => ({ way, us: spread(us), bytes: spread(bytes) }));
  return { figures: { sessions, ways }, report: formatReport({ sessions, ways }) };
}

/** The figures as text. */
export function formatReport({ sessions, ways }) {
  const rows = ways.map(({ way, us, bytes }) => [way, formatSpread(us, 2), formatSpread(bytes, 0)]);
  const title = `${sessions} of each: CPU to open and close one, heap of one that is open`;
  return [title, formatTable(['way', 'us', 'bytes'], rows)].join('\n');
}
