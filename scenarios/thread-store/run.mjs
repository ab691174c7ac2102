// node --expose-gc scenarios/thread-store/run.mjs naive|plimsoll [--seed N] [--small]
import { countDescriptors, floor, growthOf } from '../frame/measure.mjs';
import { Checks, printRun } from '../frame/outcome.mjs';
import { runProgram } from '../frame/program.mjs';
import { VirtualTime } from '../frame/virtual-time.mjs';
import { Agents, Outside } from './load.mjs';
import { makeThreadStore as makeNaive } from './naive.mjs';
import { makeThreadStore as makePlimsoll } from './plimsoll.mjs';
import { checkCost } from './cost.mjs';
import { checkRules } from './rules.mjs';

const THREADS = { small: 2000, whole: 10_000, long: 10_000 };
const PARTS = 20;
/** What the engine itself may gather meanwhile. */
const FLAT = 256 * 1024;
/** A clock that is read often rests for a millisecond, by a timer. */
const REST = 10;

await runProgram(async (form, { seed, size }) => {
  const realNow = performance.now.bind(performance);
  const time = new VirtualTime(Date.UTC(2026, 0, 1)).install();
  const outside = new Outside();
  const logger = { debug: () => {}, warn: () => {}, error: () => {} };
  const store = form === 'naive' ? makeNaive(outside) : makePlimsoll(outside, { logger });
  const floors = [];
  const sample = async () => void floors.push(await floor());
  const agents = new Agents({ store, outside, time, seed, threads: THREADS[size], sample });
  const began = realNow();
  await agents.run(PARTS);
  const seconds = (realNow() - began) / 1000;
  const [entries, stats, descriptors] = [store.size(), store.stats(), countDescriptors()];

  // The end comes in the middle of work.
  agents.restore('last workspace');
  await store.close();
  await time.advance(REST);
  const timers = time.pending;
  await time.advance(600_000);
  outside.settle();

  const checks = new Checks('MISSION 1');
  const all = { checks, agents, outside, floors, timers, stats };
  if (form === 'naive') checkNaive(all);
  else {
    checkPlimsoll(all);
    await checkRules(checks, time);
    await checkCost(checks);
    await time.advance(REST);
    checks.equal('timers left after all', 0, time.pending);
  }
  printRun({
    scenario: 'thread-store',
    form,
    seed,
    figures: {
      entries,
      timers,
      descriptors,
      hitRatio: stats.hitRatio,
      throughput: agents.appended / seconds,
      workLost: outside.lostDeltas,
    },
    floors,
    axis: `${THREADS[size].toLocaleString('en-US')} threads`,
    checks,
    ran: `${THREADS[size].toLocaleString('en-US')} threads, ${agents.appended.toLocaleString('en-US')} deltas`,
  });
});

function checkNaive({ checks, outside, floors, timers, stats }) {
  checks.atLeast('bytes by which memory grows, from the second quarter to the last', 2 * FLAT, growthOf(floors));
  checks.atLeast('flush timers it still knows of, of threads it does not', 500, stats.flushTimers - stats.size);
  checks.atLeast('deltas lost', 1, outside.lostDeltas);
  checks.atLeast('timers left after it was closed', 1, timers);
}

function checkPlimsoll({ checks, agents, outside, floors, timers }) {
  checks.atMost('bytes by which memory grows, from the second quarter to the last', FLAT, growthOf(floors));
  checks.equal('deltas lost, by content', 0, outside.lostDeltas);
  checks.atMost('threads at most', 500, agents.largest);
  checks.equal('timers left after it was closed', 0, timers);
  checks.equal('moments at which turns and timeouts were not as many', 0, agents.turnsWithoutTimeout);
  checks.equal('moments at which a kind of state had outlived its thread', 0, agents.outlived);
  checks.equal('moments at which a thread with a running turn was gone', 0, agents.runningGone);
  const { due, heard, wrong } = outside.timeouts;
  checks.equal('timeouts of turns that hung or were closed', due, heard);
  checks.equal('timeouts of no running turn', 0, wrong);
}
