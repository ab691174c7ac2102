// child.mjs JSON: one row of one contender, in a process of its own; prints one line of JSON.
import { cpuNs, nextTurn } from '../lib/cpu.mjs';
import { median } from '../lib/stats.mjs';
import { chooseContenders } from '../peers/caches.mjs';
import { floodRows, runFlood } from './floods.mjs';
import { rows } from './rows.mjs';

const WARM_UP_NS = 120e6;
const LONGEST_WARM_UP_NS = 4e9;

const { contenders, index, row: rowName, pairs, sliceMs, repetitions } = JSON.parse(process.argv[2]);
const contender = (await chooseContenders(contenders))[index];
const create = await contender.load();
const flood = floodRows.find((row) => row.name === rowName);
const result =
  flood === undefined ? await timeRow(rows.find((row) => row.name === rowName)) : runFlood(flood, create, repetitions);
console.log(JSON.stringify(result));
// Some caches leave timers running.
process.exit(0);

async function timeRow(row) {
  if (row.expires !== undefined && !(await row.expires(create))) return { leftOut: 'its entries do not expire' };
  const work = row.prepare(create, row.ttl === undefined ? undefined : { ttl: row.ttl });
  const wrong = work.check();
  if (wrong !== undefined) return { failed: wrong };
  const times = await timePairs(work, sliceMs * (row.entries === 1_000_000 ? 3 : 1));
  const wrongAfter = work.check();
  return wrongAfter === undefined ? { ...times, ...work.more?.() } : { failed: wrongAfter };
}

async function timePairs({ ours, yardstick }, sliceNsMs) {
  const yardstickCount = warmUp(yardstick, sliceNsMs);
  await nextTurn();
  const oursCount = warmUp(ours, sliceNsMs);
  const sides = [
    { times: [], run: ours, count: oursCount },
    { times: [], run: yardstick, count: yardstickCount },
  ];
  for (let pair = 0; pair < pairs; pair++) {
    globalThis.gc?.({ type: 'minor' });
    for (const side of pair % 2 === 0 ? sides : sides.toReversed()) {
      side.times.push(time(side.run, side.count) / side.count);
      await nextTurn();
    }
  }
  const [own, map] = sides.map((side) => side.times);
  return { ns: median(own), mapNs: median(map), ratio: median(own.map((ns, pair) => map[pair] / ns)) };
}

/** Until the loop is compiled and its pace known; gives the operations of one slice. */
function warmUp(run, sliceNsMs) {
  const slice = sliceNsMs * 1e6;
  let count = 64;
  for (let spent = 0; ; ) {
    const took = time(run, count);
    spent += took;
    const isKnown = spent > WARM_UP_NS && took > slice / 10;
    if (isKnown || spent > LONGEST_WARM_UP_NS) return Math.max(16, Math.round((count * slice) / Math.max(took, 1)));
    if (took < slice / 2) count *= 2;
  }
}

function time(run, count) {
  const before = cpuNs();
  run(count);
  return cpuNs() - before;
}
