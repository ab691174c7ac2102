// The HTTP server of bench/overhead as a process, and what it has used so far.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BenchFailure } from './failure.mjs';

const serverFile = fileURLToPath(new URL('../overhead/server.mjs', import.meta.url));

/**
 * @param {{ preload?: string, env?: Record<string, string | undefined> }} [start] The module that is put in by `--import`,
 *   and the environment beside ours.
 * @returns {Promise<{ port: number, end: () => Promise<void> }>}
 * @throws {BenchFailure} when it does not start.
 */
export async function startServer({ preload, env = {} } = {}) {
  const child = spawn(process.execPath, [...(preload === undefined ? [] : ['--import', preload]), serverFile], {
    env: { ...process.env, ...env },
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

/** CPU, memory and process of the server on `port`, as it says itself. */
export async function usage(port) {
  const response = await fetch(`http://127.0.0.1:${port}/usage`, { headers: { connection: 'close' } });
  return response.json();
}
