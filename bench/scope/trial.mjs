// One server process from start to end, with a scope for each request or without.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BenchFailure } from '../lib/failure.mjs';

const serverFile = fileURLToPath(new URL('../overhead/server.mjs', import.meta.url));
const scopesFile = fileURLToPath(new URL('request-scopes.mjs', import.meta.url));

/**
 * @param {{ drive: (port: number, first: number, requests: number) => Promise<void> }} driver
 * @param {{ warmup: number, requests: number, scopes: string | undefined }} trial Requests before and during the
 *   measurement; the built entry when requests are to have scopes.
 * @returns {Promise<{ cpuUsPerRequest: number, rssMb: number }>} Of the server alone.
 */
export async function runTrial(driver, { warmup, requests, scopes }) {
  const server = await startServer(scopes);
  try {
    await driver.drive(server.port, 0, warmup);
    const before = await usage(server.port);
    await driver.drive(server.port, warmup, requests);
    const after = await usage(server.port);
    return { cpuUsPerRequest: (after.cpuUs - before.cpuUs) / requests, rssMb: after.rssBytes / 2 ** 20 };
  } finally {
    await server.end();
  }
}

async function startServer(scopes) {
  const flags = scopes === undefined ? [] : ['--import', scopesFile];
  const child = spawn(process.execPath, [...flags, serverFile], {
    env: { ...process.env, PLIMSOLL_BENCH_SCOPE: scopes },
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
