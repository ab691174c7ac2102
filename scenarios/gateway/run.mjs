#!/usr/bin/env node
// The gateway scenario: `node scenarios/gateway/run.mjs naive|plimsoll [--seed N] [--small]` runs one form on the load and
// prints its outcome as one line of JSON. All else goes to stderr. `--small` is the same in seconds, with fewer rounds.
import { printOutcome } from '../frame/outcome.mjs';
import { runProgram } from '../frame/program.mjs';
import { checkEnding, endUnderLoad } from './ending.mjs';
import { checkMemoryTest } from './memory.mjs';
import { checkAtLeast } from './outcome.mjs';
import { Load } from './load.mjs';
import { checkPressure, PRESSURE_ENV, PRESSURE_FLAGS } from './pressure.mjs';
import { GatewayProcess, startModel } from './processes.mjs';
import { checkKept, checkLeaked, runRounds } from './steady.mjs';
import { checkCoalescing, checkRecovery, checkSystemApi } from './system-api.mjs';

/** How long the model may be silent, ms: shorter than the patience of the clients. */
const PATIENCE = { MODEL_PATIENCE: '1500' };
/** @type {import('./steady.mjs').Size} */
const FULL = { fill: 1_300, rounds: 20, requests: 300, flat: 256 * 1024, testRounds: 3 };
/** @type {import('./steady.mjs').Size} */
const SMALL = { fill: 1_200, rounds: 10, requests: 60, flat: 1024 * 1024 };

/** @param {'naive' | 'plimsoll'} form @param {number} seed */
async function run(form, seed, size) {
  const model = await startModel();
  /** @type {GatewayProcess[]} */
  const gateways = [];
  const start = async (env = {}, flags = []) => {
    const gateway = await GatewayProcess.start(form, model.url, { ...PATIENCE, ...env }, flags);
    gateways.push(gateway);
    return gateway;
  };
  try {
    const gateway = await start();
    const load = new Load({ url: gateway.url, seed });
    const steady = await runRounds(gateway, load, size);
    const checks = form === 'naive' ? checkLeaked(steady) : await checkKept(gateway, steady, size);
    if (form === 'plimsoll') {
      checks.push(...(await checkSystemApi(gateway)));
      checks.push(...(await checkCoalescing(load, model)));
      checks.push(...(await checkRecovery(gateway, load, model, size.requests)));
    }
    const ending = await endUnderLoad(gateway, load, 'SIGTERM');
    if (form === 'plimsoll') {
      checks.push(...checkEnding('SIGTERM', ending));
      checks.push(...(await runPressure(await start(PRESSURE_ENV, PRESSURE_FLAGS), seed, size)));
    } else {
      const { lost } = ending.tally.counts;
      checks.push(checkAtLeast('SIGTERM in mid-load: accepted requests without a whole answer', 1, lost));
    }
    if (size.testRounds !== undefined) checks.push(await checkMemoryTest(form, size.testRounds));
    return outcomeOf(form, seed, steady, ending, checks);
  } finally {
    for (const gateway of gateways) await gateway.kill();
    await model.end();
  }
}

async function runPressure(gateway, seed, { requests }) {
  const load = new Load({ url: gateway.url, seed: seed + 1 });
  await load.fill(300);
  const checks = await checkPressure(gateway, load, requests);
  return [...checks, ...checkEnding('SIGINT', await endUnderLoad(gateway, load, 'SIGINT'))];
}

function outcomeOf(form, seed, { tally, floors, figures }, ending, checks) {
  const { floorBytes, entries, timers, listeners, descriptors } = figures;
  const { found, counts, requests, ms } = tally;
  return {
    scenario: 'gateway',
    form,
    seed,
    figures: {
      floorBytes,
      entries,
      timers,
      listeners,
      descriptors,
      hitRatio: found / (found + counts.missing),
      throughput: requests / (ms / 1000),
      workLost: counts.lost + ending.tally.counts.lost + ending.tally.counts.bye,
    },
    floors,
    axis: 'rounds of load',
    checks,
    ran: `${requests.toLocaleString('en-US')} requests`,
  };
}

await runProgram(async (form, { seed, size }) => {
  printOutcome(await run(form, seed, size === 'small' ? SMALL : FULL));
});
