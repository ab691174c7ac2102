// One server process from start to end, bare or under the preload.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startServer, usage } from '../lib/busy-server.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { openSession } from '../lib/watch.mjs';

const driverFile = fileURLToPath(new URL('driver.mjs', import.meta.url));

/** Starts the process that sends the requests; one serves for all trials. */
export function startDriver(connections) {
  const child = fork(driverFile);
  const drive = async (port, first, requests) => {
    const reply = once(child, 'message');
    child.send({ port, first, requests, connections });
    const [{ failed, error }] = await reply;
    if (error !== undefined || failed > 0)
      throw new BenchFailure(error ?? `${failed} requests were not answered with 200.`);
  };
  return { drive, close: () => child.disconnect() };
}

/**
 * Runs one server.
 *
 * @param {ReturnType<typeof startDriver>} driver
 * @param {{ warmup: number, requests: number, watched: boolean, snapshots: number, dist: string }} trial Requests before
 *   and during the measurement; whether the preload is in; snapshots taken on the way, while no request is under way.
 * @returns CPU of the server over the requests alone, its memory at the end, and what the preload said.
 */
export async function runTrial(driver, { warmup, requests, watched, snapshots, dist }) {
  const session = watched ? await openSession(dist, { snapshots: snapshots > 0 }) : undefined;
  const server = await startServer({ env: session?.environment });
  try {
    await driver.drive(server.port, 0, warmup);
    const parts = snapshots + 1;
    const part = Math.floor(requests / parts);
    const trial = { cpuUs: 0, pauseMs: 0, snapshotCpuUs: 0 };
    for (let k = 0; k < parts; k++) {
      if (k > 0) await pauseForSnapshot(trial, server, session);
      const before = await usage(server.port);
      await driver.drive(server.port, warmup + k * part, part);
      trial.cpuUs += (await usage(server.port)).cpuUs - before.cpuUs;
    }
    const { pid, rssBytes } = await usage(server.port);
    const probe = watched ? readProbe(session.messages(pid)) : undefined;
    return { ...trial, cpuUsPerRequest: trial.cpuUs / (part * parts), rssMb: rssBytes / 2 ** 20, ...probe };
  } finally {
    await server.end();
    session?.close();
  }
}

async function pauseForSnapshot(trial, server, session) {
  const before = await usage(server.port);
  trial.pauseMs += await session.takeSnapshot(before.pid);
  trial.snapshotCpuUs += (await usage(server.port)).cpuUs - before.cpuUs;
}

/** A probe that does not watch costs nothing: that it did is checked in every trial. */
function readProbe(messages) {
  if (messages[0]?.kind !== 'hello') throw new BenchFailure('The preload did not report from the server.');
  const trouble = messages.find((message) => message.kind === 'trouble');
  if (trouble !== undefined) throw new BenchFailure(`The preload is in trouble (${trouble.part}): ${trouble.message}`);
  const floors = messages.filter((message) => message.kind === 'floor');
  if (floors.length === 0) throw new BenchFailure('The preload reported no floor.');
  return { floors: floors.length, asked: floors.filter((floor) => floor.asked).length };
}
