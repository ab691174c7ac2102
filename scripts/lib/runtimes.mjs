import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';
import { installTools } from './tools.mjs';

/** Where the runtimes' packages are installed, apart from the root's: a `node` there would shadow the system's. */
export const RUNTIMES_FOLDER = path.join(root, 'test', 'runtimes');

/**
 * @typedef {object} Runtime
 * @property {string} name As in docs/runtimes.md: `Node.js 22`, `Bun`.
 * @property {string} version
 * @property {string} program
 * @property {readonly string[]} flags What makes it run the tests and no other runtime.
 */

const PACKAGES = [
  { name: 'Node.js 22', file: 'node22/bin/node', flags: [] },
  { name: 'Node.js 24', file: 'node24/bin/node', flags: [] },
  { name: 'Node.js 26', file: 'node26/bin/node', flags: [] },
  // Without --bun it would start node for scripts that ask for node.
  { name: 'Bun', file: '@oven/bun-linux-x64/bin/bun', flags: ['--bun'] },
];

/**
 * The runtimes from npm that this system can run, installed when they are not yet; the running one is not among them.
 *
 * @returns {{ runtimes: Runtime[], missing: string[] }} Missing ones with the reason.
 */
export function findRuntimes() {
  const problem = installTools(RUNTIMES_FOLDER);
  const runtimes = [];
  const missing = problem === undefined ? [] : [problem];
  for (const { name, file, flags } of PACKAGES) {
    const program = path.join(RUNTIMES_FOLDER, 'node_modules', file);
    const { version, problem: why } = versionOf(program);
    if (version === undefined) missing.push(`${name}: ${why}`);
    else runtimes.push({ name, version, program, flags });
  }
  return { runtimes, missing };
}

function versionOf(program) {
  if (!fs.existsSync(program)) return { problem: `there is no package for ${process.platform} ${process.arch}` };
  const { status, signal, stdout, stderr, error } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (status === 0) return { version: stdout.trim().replace(/^v/, '') };
  return { problem: `it does not run here: ${error?.message ?? (stderr.trim() || signal || `status ${status}`)}` };
}
