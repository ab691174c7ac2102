#!/usr/bin/env node
// `npm start [-- COMMAND ...]`: builds when needed, then runs the command line. Without a command it watches
// examples/leaky-service under load. Paths are the user's: they start where npm was called.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const EXAMPLE = 'examples/leaky-service';
const USUAL_PORT = 3210;
const DRIVE = ['--drive', `node ${EXAMPLE}/load.mjs`, '--rounds', '7', '--warmup', '2'];

function build() {
  if (!fs.existsSync(path.join(root, 'node_modules', 'typescript'))) {
    console.error('npm start: the compiler is not installed; run `npm ci` first');
    process.exit(1);
  }
  const built = spawnSync(process.execPath, [path.join(root, 'scripts', 'build.mjs'), '--if-needed'], {
    stdio: 'inherit',
  });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

/** `port` when nobody listens there, else a free one. */
function freePort(port) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', () => (port === 0 ? reject(new Error('no port is free')) : resolve(freePort(0))));
    server.listen(port, '127.0.0.1', () => {
      const found = server.address().port;
      server.close(() => resolve(found));
    });
  });
}

/** Runs the command line until it ends, and ends as it did. */
function runCommandLine(args, { cwd, env }) {
  const child = spawn(process.execPath, [path.join(root, 'dist', 'cli', 'main.js'), ...args], {
    cwd,
    env,
    stdio: 'inherit',
  });
  // Ctrl-C at a terminal reaches the child by itself; a second copy from here would count as a second Ctrl-C.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => atTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`npm start: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (status, signal) => {
    if (signal === null) process.exit(status);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const args = process.argv.slice(2);
build();
if (args.length > 0) {
  runCommandLine(args, { cwd: process.env.INIT_CWD ?? process.cwd(), env: process.env });
} else {
  const port = process.env.PORT ?? String(await freePort(USUAL_PORT));
  console.error(`Watching ${EXAMPLE} on port ${port} through 2 + 7 rounds of load: about a minute.`);
  runCommandLine(['run', ...DRIVE, `${EXAMPLE}/server.mjs`], { cwd: root, env: { ...process.env, PORT: port } });
}
