#!/usr/bin/env node
// `npm run soak -- --hours N`: the gateway under load for N hours (0.02 is a minute), with faults injected, watched by
// `plimsoll run`, which has the last word. Anything but `none`, or a request that is lost while nothing is broken, fails.
// A line a minute; Ctrl-C ends early, with the verdict.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dist, root } from '../scripts/lib/paths.mjs';
import { Load, SEED, Tally } from './gateway/load.mjs';
import { startModel } from './gateway/processes.mjs';

const MINUTE_MS = 60_000;
const START_MS = 30_000;
const FILL = 4_000;
const ROUND = 100;
const REST_MS = 200;
/** What the model does, round by round; clients vanish, read slowly and come in bursts in every round. */
const MODES = ['up', 'up', 'slow', 'up', 'reset', 'up', 'up', 'down', 'up', 'up'];

/** The gateway under `plimsoll run`. */
async function startWatched(modelUrl, json) {
  const service = path.join(root, 'scenarios/gateway/service.mjs');
  const args = ['run', '--quiet', '--json', json, '--', process.execPath, service, 'plimsoll'];
  const faults = { MODEL_URL: modelUrl, MODEL_PATIENCE: '1500', GATEWAY_FAULTS: '1' };
  const env = { ...process.env, PORT: '0', MEMORY_MONITOR_INTERVAL: '2s', ...faults };
  // A group of its own: Ctrl-C is for us, who pass it on when the load has stopped.
  const child = spawn(process.execPath, [path.join(dist, 'cli/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env,
  });
  const ended = once(child, 'exit');
  const said = await Promise.race([once(child.stdout, 'data'), ended, pause(START_MS, undefined, { ref: false })]);
  const url = String(said?.[0] ?? '').trim();
  if (!url.startsWith('http://')) {
    child.kill('SIGKILL');
    throw new Error(`the gateway did not start: ${url}`);
  }
  const end = async () => {
    child.kill('SIGINT');
    await ended;
  };
  return { url, end, hasEnded: () => child.exitCode !== null || child.signalCode !== null };
}

/** Drives rounds until the time is over; gives what became of all requests, and of those while nothing was broken. */
async function drive(load, model, until, isOver) {
  const all = new Tally();
  const unbroken = new Tally();
  let told = performance.now();
  for (let round = 0; performance.now() < until && !isOver(); round++) {
    const mode = MODES[round % MODES.length];
    await model.setMode(mode);
    const tally = await load.round(ROUND);
    all.add(tally);
    if (mode === 'up') unbroken.add(tally);
    await pause(REST_MS);
    if (performance.now() - told < MINUTE_MS) continue;
    told = performance.now();
    console.log(`soak: ${Math.round((until - told) / MINUTE_MS)} min left; ${all.text}`);
  }
  await model.setMode('up');
  return { all, unbroken };
}

async function soak(hours) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-soak-'));
  const json = path.join(folder, 'report.json');
  const model = await startModel();
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    load?.stop();
  };
  /** @type {Load | undefined} */
  let load;
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const gateway = await startWatched(model.url, json);
    const isOver = () => isInterrupted || gateway.hasEnded();
    load = new Load({ url: gateway.url, seed: SEED, patienceMs: 30_000 });
    const until = performance.now() + hours * 60 * MINUTE_MS;
    console.log(`soak: ${hours} h on ${gateway.url}; Ctrl-C ends it with the verdict`);
    // Full from the start: stores that are filling are no leak, and look like one in a short watch.
    await load.fill(FILL);
    const { all, unbroken } = await drive(load, model, until, isOver);
    const isTooEarly = gateway.hasEnded();
    load.close();
    await gateway.end();
    return judge({ all, unbroken, isTooEarly, json });
  } finally {
    await model.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function judge({ all, unbroken, isTooEarly, json }) {
  const report = fs.existsSync(json) ? JSON.parse(fs.readFileSync(json, 'utf8')) : undefined;
  const verdict = report?.verdict ?? 'no verdict';
  console.log(`soak: ${all.text}`);
  const problems = [
    verdict === 'none' ? '' : `the verdict is ${verdict}`,
    unbroken.counts.lost === 0 ? '' : `${unbroken.counts.lost} requests were lost while nothing was broken`,
    isTooEarly ? 'the gateway ended before it was told to' : '',
  ].filter((text) => text !== '');
  console.log(`soak: ${problems.length === 0 ? 'none: nothing grows' : `FAILED: ${problems.join('; ')}`}`);
  return problems.length === 0 ? 0 : 1;
}

function readHours() {
  try {
    const { values } = parseArgs({ options: { hours: { type: 'string' } } });
    return Number(values.hours);
  } catch {
    return Number.NaN;
  }
}

const hours = readHours();
if (hours > 0 && hours < 10_000) process.exitCode = await soak(hours);
else {
  console.error('usage: npm run soak -- --hours N (fractions allowed: 0.02 is 72 s)');
  process.exitCode = 2;
}
