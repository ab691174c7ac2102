// Many small processes, one a contender and row, in turn.
import { collect, lastJsonLine } from './child.mjs';
import { chooseContenders } from '../peers/caches.mjs';
import { installCaches } from '../peers/packages.mjs';

/**
 * Runs every contender in every row, `rounds` times: row by row, the contenders in turn, beginning with another one each
 * round, so that whatever else the machine does falls on all of them alike.
 *
 * @template {{ name: string }} Row
 * @param {object} work
 * @param {URL} work.script Is given one argument of JSON: `contenders`, `index`, `row`, and what `argumentsOf` says.
 * @param {{ only: string[], policies: string[], with: string[], dist: string }} work.contenders
 * @param {readonly Row[]} work.rows
 * @param {number} work.rounds
 * @param {(contender: object, row: Row) => boolean} [work.takesPart]
 * @param {(row: Row) => object} [work.argumentsOf]
 * @param {readonly string[]} [work.flags] More flags of Node.js.
 * @param {number} [work.timeoutMs]
 * @returns {Promise<{ row: string, contender: string, runs: object[] }[]>} A run that failed has `failed`: why.
 */
export async function runContenders({
  script,
  contenders: { only, policies, with: files, dist },
  rows,
  rounds,
  takesPart = () => true,
  argumentsOf = () => ({}),
  flags = [],
  timeoutMs = 90_000,
}) {
  const choice = { only, policies, with: files, dist };
  installCaches();
  const all = await chooseContenders(choice);
  const cells = rows.flatMap((row) =>
    all
      .map((contender, index) => ({ contender, index, row, runs: [] }))
      .filter((cell) => takesPart(cell.contender, row)),
  );
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) {
      const turn = cells.filter((cell) => cell.row === row);
      for (let place = 0; place < turn.length; place++) {
        const cell = turn[(place + round * 3) % turn.length];
        const input = { contenders: choice, index: cell.index, row: row.name, ...argumentsOf(row) };
        cell.runs.push(await runOne(script, input, flags, timeoutMs));
      }
      console.log(`  round ${round + 1} of ${rounds}: ${row.name}`);
    }
  }
  return cells.map(({ contender, row, runs }) => ({ row: row.name, contender: contender.name, runs }));
}

async function runOne(script, input, flags, timeoutMs) {
  const args = ['--expose-gc', '--max-old-space-size=6144', ...flags, script.pathname, JSON.stringify(input)];
  const { output, errors, ending } = await collect(args, { timeout: timeoutMs });
  if (ending === 0) return lastJsonLine(output);
  if (ending === 'SIGTERM') return { failed: `did not finish in ${timeoutMs / 1000} s` };
  return { failed: errors.trim().split('\n').slice(-8).join(' ').slice(0, 300) };
}
