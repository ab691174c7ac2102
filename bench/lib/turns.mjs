// Server processes that take turns at the requests of one driver: whatever else the machine does falls on all alike.
import { startServer, usage } from './busy-server.mjs';

/** Requests after which it is the next server's turn, unless it is said otherwise. */
const TURN = 3000;

/**
 * @param {{ drive: (port: number, first: number, requests: number) => Promise<void> }} driver
 * @param {readonly { preload: string, env: Record<string, string | undefined> }[]} starts For each server the module that
 *   is put in by `--import`, and the environment that tells it what to do.
 * @param {{ warmup: number, requests: number, turn?: number }} load Requests before and during the measurement, for each
 *   server, and of one turn.
 * @returns {Promise<{ cpuUsPerRequest: number, rssMb: number }[]>} Of each server alone.
 */
export async function runInTurns(driver, starts, { warmup, requests, turn: length = TURN }) {
  const servers = await Promise.all(starts.map((start) => startServer(start)));
  const totals = servers.map(() => 0);
  try {
    for (const { port } of servers) await driver.drive(port, 0, warmup);
    for (let done = 0, turn = 0; done < requests; done += length, turn++) {
      const count = Math.min(length, requests - done);
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
