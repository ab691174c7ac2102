// A pair of server processes, one with a scope for each request and one without, that take turns at the requests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BenchFailure } from '../lib/failure.mjs';

const serverFile = fileURLToPath(new URL('../overhead/server.mjs', import.meta.url));
const endsFile = fileURLToPath(new URL('request-ends.mjs', import.meta.url));
/** Requests after which it is the other server's turn: whatever else the machine does falls on both. */
const TURN = 3000;

/**
 * @param {{ drive: (port: number, first: number, requests: number) => Promise<void> }} driver
 * @param {readonly (string | undefined)[]} entries For each server the built entry whose scopes it has, if any.
 * @param {{ warmup: number, requests: number }} load Requests before and during the measurement, for each server.
 * @returns {Promise<{ cpuUsPerRequest: number, rssMb: number }[]>} Of each server alone.
 */
export async function runPair(driver, entries, { warmup, requests }) {
  const servers = await Promise.all(entries.map(startServer));
  const totals = servers.map(() => 0);
  try {
    for (const { port } of servers) await driver.drive(port, 0, warmup);
    for (let done = 0, turn = 0; done < requests; done += TURN, turn++) {
      const count = Math.min(TURN, requests - done);
      const order = [...servers.keys()];
      if (turn % 2 === 1) order.reverse();
      for (const at of order) totals[at] += await cpuUsOf(driver, servers[at].port, warmup + done, count);
    }
    const ends = await Promise.all(servers.map(({ port }) => usage(port)));
    return totals.map((cpuUs, at) => ({ cpuUsPerRequest: cpuUs / requests, rssMb: ends[at].rssBytes / 2 ** 20 }));
  } finally {
    await Promise.all(servers.map(({ end }) => end()));
  }
}

async function cpuUsOf(driver, port, first, count) {
  const before = await usage(port);
  await driver.drive(port, first, count);
  return (await usage(port)).cpuUs - before.cpuUs;
}

async function startServer(entry) {
  const child = spawn(process.execPath, ['--import', endsFile, serverFile], {
    env: { ...process.env, PLIMSOLL_BENCH_SCOPE: entry },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([once(child.stdout, 'data'), exited.then(() => [''])]);
  const port = Number(line);
  if (!(port > 0)) throw new BenchFailure('The server did not start.');
  const end = async () => {
    child.kill();
    await exited;
  };
  return { port, end };
}

async function usage(port) {
  const response = await fetch(`http://127.0.0.1:${port}/usage`, { headers: { connection: 'close' } });
  return response.json();
}
