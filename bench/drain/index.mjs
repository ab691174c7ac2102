// Closing a busy HTTP server: how many requests its clients lose, and how long it takes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { interleave } from '../lib/interleave.mjs';
import { installPackages } from '../lib/packages.mjs';
import { randomSource, spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';
import { Clients } from './clients.mjs';
import { contenders, PEERS } from './contenders.mjs';

export const description =
  'requests lost and time taken when a busy HTTP server is closed, against server.close() and three libraries';

export const options = {
  rounds: { kind: 'number', value: 15, help: 'shutdowns of each contender' },
  clients: { kind: 'number', value: 40, help: 'clients that keep a connection alive' },
  pause: { kind: 'number', value: 40, help: 'longest pause of a client between two requests, ms' },
  only: { kind: 'names', value: Object.keys(contenders), help: 'contenders to run' },
  dist: distOption,
};

const program = fileURLToPath(new URL('server.mjs', import.meta.url));
/** The yardstick: idle connections are closed at once. */
const YARDSTICK = 'close + idle polling';
/** How long the first answers may take. */
const START_MS = 10_000;
/** How long the clients go on asking before the server is stopped, with up to so much again. */
const WARM_MS = 250;
/** After so long a server that is still answering is left to itself, and its clients end. */
const PATIENCE_MS = 3_000;

/** Measures requests lost and time to close. */
export async function run({ rounds, clients, pause, only, dist }) {
  const unknown = only.find((name) => !Object.hasOwn(contenders, name));
  if (unknown !== undefined) throw new BenchFailure(`There is no contender '${unknown}'.`);
  const peers = only.some((name) => Object.hasOwn(PEERS, name)) ? installPackages('drain', PEERS) : '';
  const random = randomSource(1);
  const runs = await interleave(
    only.map((name) => ({ name })),
    rounds,
    ({ name }) => closeOnce(name, { dist, peers, load: { count: clients, pauseMs: pause, random } }),
  );
  const figures = Object.fromEntries([...runs].map(([name, list]) => [name, summarize(list)]));
  const yardstick = figures[YARDSTICK]?.resets.total;
  for (const one of Object.values(figures)) {
    if (yardstick > 0) one.fewerResets = 1 - one.resets.total / yardstick;
  }
  return { figures, report: formatReport(figures, { rounds, clients }) };
}

async function closeOnce(name, { dist, peers, load }) {
  const child = spawn(process.execPath, [program, name, dist, peers], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  try {
    const [{ port }] = await Promise.race([once(child, 'message'), ended.then(() => fail(name, 'did not start'))]);
    const clients = new Clients(port, load);
    for (let waited = 0; clients.answered < load.count && waited < START_MS; waited += 10) await sleep(10);
    await sleep((WARM_MS + load.pauseMs) * (1 + load.random()));
    if (clients.answered < load.count || clients.resets > 0) fail(name, 'does not answer before it is stopped');
    const begun = performance.now();
    child.send('stop');
    const isClosed = await Promise.race([ended.then(() => true), sleep(PATIENCE_MS, false)]);
    await clients.end();
    if (clients.others.length > 0) throw clients.others[0];
    if (!isClosed) await ended;
    return { resets: clients.resets, closeMs: performance.now() - begun, isClosedUnderLoad: isClosed };
  } finally {
    child.kill('SIGKILL');
  }
}

function fail(name, what) {
  throw new BenchFailure(`The server of ${name} ${what}.`);
}

function summarize(runs) {
  const resets = runs.map((one) => one.resets);
  return {
    resets: { total: resets.reduce((sum, one) => sum + one, 0), ...spread(resets) },
    closeMs: spread(runs.map((one) => one.closeMs)),
    closedUnderLoad: runs.filter((one) => one.isClosedUnderLoad).length,
  };
}

/** The figures as text. */
export function formatReport(figures, { rounds, clients }) {
  const rows = Object.entries(figures).map(([name, { resets, closeMs, closedUnderLoad, fewerResets }]) => [
    name,
    resets.total,
    formatSpread(resets, 0),
    fewerResets === undefined ? '-' : `${(fewerResets * 100).toFixed(0)} %`,
    formatSpread(closeMs, 0),
    `${closedUnderLoad}/${rounds}`,
  ]);
  const titles = ['', 'resets', 'per shutdown', 'fewer', 'ms to close', 'closed under load'];
  return `${clients} clients, ${rounds} shutdowns each: medians (extremes); fewer than with ${YARDSTICK}\n${formatTable(titles, rows)}`;
}
