#!/usr/bin/env node
// The memory test of an HTTP service: starts it, drives it in rounds, and ends in a verdict. Fails when memory grows with the
// rounds, or when after each of them more descriptors, threads, timers or handles are open: status 3.
//   npm run scenarios:memory-test                              the gateway in its Plimsoll form
//   npm run scenarios:memory-test -- naive                     in its naive form, which has to fail
//   npm run scenarios:memory-test -- [--rounds N] [--json FILE] --drive "LOAD" -- COMMAND     a service of yours
// Of a service of yours it is `plimsoll run --drive "LOAD" --fail-on leak,open -- COMMAND`: docs/guide/memory-test.md.
import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dist, root } from '../scripts/lib/paths.mjs';
import { startModel } from './gateway/processes.mjs';

const SERVICE_ROUNDS = '5';

/** Runs the command line of the build to its end; its status is ours, and so are its signals. */
function runPlimsoll(args, env) {
  const child = spawn(process.execPath, [path.join(dist, 'cli/main.js'), ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  // From a terminal it has heard of Ctrl-C itself.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
}

async function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The gateway, with a model of its own; its stores are filled before the first round, or filling would look like a leak. */
async function testGateway(form, options) {
  const model = await startModel();
  try {
    const port = await freePort();
    const env = {
      PORT: String(port),
      MODEL_URL: model.url,
      MODEL_PATIENCE: '1500',
      MEMORY_MONITOR_INTERVAL: '2s',
      LOAD_FILL: '3000',
      LOAD_MAY_LOSE: form === 'naive' ? '1' : '',
    };
    const url = `http://127.0.0.1:${port}`;
    const file = (name) => path.join(root, 'scenarios', 'gateway', name);
    const drive = `"${process.execPath}" "${file('load.mjs')}"`;
    const command = [process.execPath, file('service.mjs'), form];
    return await runPlimsoll(runArgs({ ...options, drive }, command), { ...env, GATEWAY_URL: url });
  } finally {
    await model.end();
  }
}

function runArgs({ drive, rounds, json }, command) {
  const jsonArgs = json === undefined ? [] : ['--json', json];
  return ['run', '--fail-on', 'leak,open', '--rounds', rounds, ...jsonArgs, '--drive', drive, '--', ...command];
}

function readArgs() {
  const options = /** @type {const} */ ({
    drive: { type: 'string' },
    rounds: { type: 'string', default: SERVICE_ROUNDS },
    json: { type: 'string' },
  });
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return { values: {}, positionals: [], problem: error.message };
  }
}

const { values, positionals, problem } = readArgs();
const isGateway = values.drive === undefined && positionals.length < 2;
const [form = 'plimsoll'] = positionals;
if (
  problem !== undefined ||
  (isGateway ? !['naive', 'plimsoll'].includes(form) : positionals.length === 0 || !values.drive)
) {
  console.error(problem ?? 'usage: memory-test.mjs [naive|plimsoll], or memory-test.mjs --drive "LOAD" -- COMMAND');
  process.exitCode = 2;
} else {
  process.exitCode = isGateway ? await testGateway(form, values) : await runPlimsoll(runArgs(values, positionals), {});
}
