// A redis-server of the bench's own: on a free port, without persistence, killed at the end.
import { spawn } from 'node:child_process';
import net from 'node:net';
import os from 'node:os';
import { BenchFailure } from '../lib/failure.mjs';

export async function startServer() {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    os.tmpdir(),
  ];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    child.once('error', () => reject(new BenchFailure('redis-server is needed and is not there.')));
    child.once('exit', (code) => reject(new BenchFailure(`redis-server ended with ${code}.`)));
    child.stdout.on('data', (text) => String(text).includes('Ready to accept') && resolve());
  });
  return { port, url: `redis://127.0.0.1:${port}`, close: () => child.kill('SIGKILL') };
}

async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
