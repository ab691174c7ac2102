// node --expose-gc scenarios/session-broker/run.mjs naive|plimsoll [--seed N] [--small | --long]; or bun
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { countDescriptors, countMajors, floor, isBun, slopeOf } from '../frame/measure.mjs';
import { Checks, printRun } from '../frame/outcome.mjs';
import { runProgram } from '../frame/program.mjs';
import { VirtualTime } from '../frame/virtual-time.mjs';
import { FRAME_MS, SESSIONS, StatusLines } from './load.mjs';
import { makeSessions as makeNaive } from './naive.mjs';
import { makeSessions as makePlimsoll } from './plimsoll.mjs';
import { checkPatternsFound, checkPatternsMended } from './patterns.mjs';
import { checkAtOnce, checkPressure, checkRestart, checkStreams } from './processes.mjs';
import { checkChurn, checkFiveSeconds, checkRules } from './rules.mjs';

const MINUTES = { small: 10, whole: 20, long: 10 };
const KB = 1024;
const MB = 2 ** 20;
const FRAMES_A_MINUTE = 60_000 / FRAME_MS;
const SAMPLES = 10;
/** Looked for in snapshots. */
const CLASSES = ['Session', 'Budget', 'SessionBroker', 'Scope'];

await runProgram(async (form, { seed, size }) => {
  const checks = new Checks('MISSION 4');
  if (form === 'plimsoll') {
    await checkPressure(checks);
    await checkRestart(checks);
    await checkStreams(checks);
  } else await checkAtOnce(checks);

  const realNow = performance.now.bind(performance);
  const time = size === 'long' ? realTime() : new VirtualTime(Date.UTC(2026, 0, 1)).install();
  const bus = new EventEmitter().setMaxListeners(0);
  const make = () => (form === 'naive' ? makeNaive : makePlimsoll)({ bus });
  await warmUp(make(), { bus, seed });
  if (form === 'plimsoll') await checkFiveSeconds(checks, time, seed);
  const before = await countObjects(size);

  let broker = make();
  const lines = new StatusLines({ broker, bus, seed });
  await lines.open();
  const majors = countMajors();
  const floors = [await floor()];
  const began = realNow();
  const minutes = MINUTES[size];
  for (let minute = 0; minute < minutes; minute++) {
    for (let frame = 0; frame < FRAMES_A_MINUTE; frame++) {
      await lines.frame();
      await time.advance(FRAME_MS);
    }
    floors.push(await floor());
  }
  const seconds = (realNow() - began) / 1000;
  const majorsPerMinute = majors.end() === null ? null : majors.end() / minutes;
  const entries = broker.entries();
  const descriptors = countDescriptors();
  await broker.shutdown();
  // What is left now is left by the broker.
  broker = undefined;
  lines.leave();
  await time.advance(10);
  const [timers, listeners] = [time.pending, bus.listenerCount('news')];
  const after = await countObjects(size);

  const all = { checks, floors, lines, timers, listeners, entries, majorsPerMinute };
  if (form === 'naive') {
    await checkNaive({ ...all, broker: make() });
    if (size !== 'long') await checkPatternsFound(checks, time);
  } else {
    checkPlimsoll(all);
    checkSnapshots(checks, before, after);
    await checkChurn(checks, time);
    // These go through hours.
    if (size !== 'long') {
      await checkRules(checks, time);
      await checkPatternsMended(checks, time);
    }
  }
  printRun({
    scenario: 'session-broker',
    form,
    seed,
    figures: {
      entries,
      timers,
      listeners,
      descriptors,
      hitRatio: lines.hits / lines.looks,
      throughput: lines.drawn / seconds,
    },
    floors,
    axis: `${minutes} ${size === 'long' ? '' : 'simulated '}minutes`,
    checks,
    ran: `${minutes} ${size === 'long' ? 'real' : 'simulated'} minutes, ${lines.drawn.toLocaleString('en-US')} status lines, ${lines.opened} sessions`,
    ...(isBun && { runtime: `Bun ${process.versions.bun}` }),
  });
});

/** Real minutes, for the long run. */
function realTime() {
  return {
    get pending() {
      return isBun ? null : process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    },
    advance: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** Everything is compiled, and every table has its size, before anything is measured. */
async function warmUp(broker, { bus, seed }) {
  const lines = new StatusLines({ broker, bus, seed: seed + 1 });
  await lines.open();
  for (let frame = 0; frame < 5 * FRAMES_A_MINUTE; frame++) await lines.frame();
  await broker.shutdown();
  bus.removeAllListeners();
}

/** Objects of these classes in a heap snapshot; `null` where there is none. */
async function countObjects(size) {
  if (isBun || size === 'small') return null;
  const { openSnapshot, summarise } = await import('plimsoll/snapshot');
  const v8 = await import('node:v8');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-scenario-'));
  try {
    const file = v8.writeHeapSnapshot(path.join(folder, 'a.heapsnapshot'));
    const { classes } = summarise(await openSnapshot(file), { biggest: 0 });
    return Object.fromEntries(CLASSES.map((name) => [name, classes.find((each) => each.name === name)?.count ?? 0]));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function checkNaive({ checks, floors, listeners, entries, broker }) {
  checks.atLeast('bytes by which memory grows a minute', 100 * KB, Math.round(slopeOf(floors.slice(1))));
  checks.atLeast('listeners after the end, of sessions long closed', 10, listeners - SESSIONS);
  checks.atLeast('entries of its cache, of sessions long closed', 20 * SESSIONS, entries);
  const [one, other] = [await broker.open('a'), await broker.open('a:b')];
  one.set('b:c', 'of one');
  checks.equal('a key of one session that is seen in another', 'of one', other.get('c'));
}

function checkPlimsoll({ checks, floors, timers, listeners, entries, majorsPerMinute }) {
  checks.atMost('bytes by which memory grows a minute when steady', 100 * KB, Math.round(slopeOf(floors.slice(1))));
  const ten = floors.slice(-SAMPLES);
  checks.atMost(`bytes of slope over ${SAMPLES} samples, each`, 100 * KB, Math.round(slopeOf(ten)));
  const iterations = 1000 / FRAMES_A_MINUTE;
  checks.atMost('bytes of growth over 1,000 iterations', MB, floors.at(-1) - floors.at(-1 - iterations));
  if (majorsPerMinute === null)
    checks.unknown('major collections a minute when steady', 'Bun tells nothing of collections');
  else checks.atMost('major collections a minute when steady, besides those asked for', 0.99, majorsPerMinute);
  checks.atMost('entries of all stores', 20 * SESSIONS, entries);
  if (timers === null) checks.unknown('timers after the end', 'Bun has no list of what holds it open');
  else checks.equal('timers after the end', 0, timers);
  checks.equal('listeners after the end', 0, listeners);
}

function checkSnapshots(checks, before, after) {
  const row = 'objects of ended sessions, by heap snapshots before and after';
  if (before === null) checks.unknown(row, isBun ? 'Bun writes no snapshot of V8' : 'the small form takes none');
  else checks.equal(row, before, after);
}
