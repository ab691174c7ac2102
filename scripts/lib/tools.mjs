import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A registry that does not answer is given up before those who wait are. */
const LIMIT_MS = 240_000;

/**
 * Installs a folder's lock into that folder, unless that is done already: tools which few need stay out of the root's.
 *
 * @param {string} folder Holds `package.json` and `package-lock.json`.
 * @returns {string | undefined} Why the tools are not there; `undefined` when they are.
 */
export function installTools(folder) {
  if (hasTools(folder)) return undefined;
  console.log(`installing the tools of ${path.relative(process.cwd(), folder)} ...`);
  const flags = ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', flags, {
    cwd: folder,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  if (status !== 0)
    return `npm ci in ${path.relative(process.cwd(), folder)} failed: ${error?.message ?? stderr.trim()}`;
  fs.copyFileSync(lockOf(folder), copyOf(folder));
  return undefined;
}

/**
 * Whether `installTools` has installed what the folder's lock names. Tests that run side by side ask this: two that
 * install into one folder at once take it away from each other.
 *
 * @param {string} folder
 * @returns {boolean}
 */
export function hasTools(folder) {
  const copy = copyOf(folder);
  return fs.existsSync(copy) && fs.readFileSync(copy, 'utf8') === fs.readFileSync(lockOf(folder), 'utf8');
}

function lockOf(folder) {
  return path.join(folder, 'package-lock.json');
}

/** A copy of what was installed, since npm's own note of it says nothing of packages left out on purpose. */
function copyOf(folder) {
  return path.join(folder, 'node_modules', '.installed-lock.json');
}
