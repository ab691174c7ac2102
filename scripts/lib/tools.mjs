import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Installs a folder's lock into that folder, unless that is done already: tools which few need stay out of the root's.
 *
 * @param {string} folder Holds `package.json` and `package-lock.json`.
 * @returns {string | undefined} Why the tools are not there; `undefined` when they are.
 */
export function installTools(folder) {
  const lock = fs.readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
  // A copy of what was installed, since npm's own note of it says nothing of packages left out on purpose.
  const done = path.join(folder, 'node_modules', '.installed-lock.json');
  if (fs.existsSync(done) && fs.readFileSync(done, 'utf8') === lock) return undefined;
  console.log(`installing the tools of ${path.relative(process.cwd(), folder)} ...`);
  const flags = ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', flags, { cwd: folder, encoding: 'utf8' });
  if (status !== 0)
    return `npm ci in ${path.relative(process.cwd(), folder)} failed: ${error?.message ?? stderr.trim()}`;
  fs.writeFileSync(done, lock);
  return undefined;
}
