// CPU time per call, all kinds and contenders in turn: node cost.mjs DIST ROUNDS KIND...
import { contenderNames, loadContenders } from './contenders.mjs';
import { kinds } from './kinds.mjs';

/** CPU that one batch is to take. */
const BATCH_US = 4000;
const VALUES = 40;

const [dist, rounds, ...names] = process.argv.slice(2);
const contenders = await loadContenders(dist, contenderNames);

/** So that no result is thrown away unused. */
let sum = 0;

function cpuUs(weigh, values, repeats) {
  const before = process.cpuUsage();
  for (let i = 0; i < repeats; i++) for (const value of values) sum += weigh(value);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Repeats that take about as long as a batch should, which also lets the engine optimise. */
function calibrate(weigh, values) {
  let repeats = 1;
  while (repeats < 1 << 20 && cpuUs(weigh, values, repeats) < BATCH_US) repeats *= 2;
  return repeats;
}

const cells = names.flatMap((kind) => {
  const values = Array.from({ length: VALUES }, (_, i) => kinds[kind](i));
  return contenderNames.map((name) => ({ kind, name, values, weigh: contenders[name], repeats: 0, ns: [] }));
});
for (const cell of cells) cell.repeats = calibrate(cell.weigh, cell.values);
for (let round = 0; round < Number(rounds); round++) {
  for (const { weigh, values, repeats, ns } of cells) {
    ns.push((cpuUs(weigh, values, repeats) * 1000) / (repeats * values.length));
  }
}
console.log(JSON.stringify({ cells: cells.map(({ kind, name, ns }) => ({ kind, name, ns })), sum: String(sum) }));
