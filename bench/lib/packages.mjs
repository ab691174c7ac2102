import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { BenchFailure } from './failure.mjs';
import { workFolder } from './paths.mjs';

/**
 * Installs packages, pinned, into a folder of their own under `bench/.work`, unless exactly these are there. What is
 * measured beside Plimsoll is never a dependency of it.
 *
 * @param {string} name The folder's name.
 * @param {Record<string, string>} dependencies Exact versions.
 * @returns {string} The folder.
 */
export function installPackages(name, dependencies) {
  const folder = path.join(workFolder, name);
  const manifestFile = path.join(folder, 'package.json');
  const wanted = `${JSON.stringify({ name: `plimsoll-bench-${name}`, private: true, dependencies }, null, 2)}\n`;
  const done = path.join(folder, '.installed');
  if (fs.existsSync(done) && fs.readFileSync(manifestFile, 'utf8') === wanted) return folder;
  console.log(`installing ${Object.keys(dependencies).join(', ')} into bench/.work/${name} ...`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(manifestFile, wanted);
  npmInstall(folder);
  fs.writeFileSync(done, '');
  return folder;
}

function npmInstall(folder) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
  const run = spawnSync(npm, flags, { cwd: folder, encoding: 'utf8' });
  if (run.status !== 0)
    throw new BenchFailure(`The packages could not be installed: ${run.stderr?.slice(-600) ?? run.error}`);
}

/** A module of a package in such a folder. */
export async function importFrom(folder, name) {
  const resolved = createRequire(path.join(folder, 'package.json')).resolve(name);
  return import(pathToFileURL(resolved).href);
}
