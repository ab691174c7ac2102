import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A registry that does not answer is given up before those who wait are. */
const LIMIT_MS = 240_000;
const ATTEMPTS = 3;
const FILES = ['package.json', 'package-lock.json', '.npmrc'];
/** Of the lock, since npm's own note of what it installed says nothing of packages left out on purpose. */
const COPY = '.installed-lock.json';

/**
 * Installs a folder's lock into that folder, unless that is done already: tools which few need stay out of the root's.
 * Several processes may call it at once: each installs beside the folder, and what is whole is moved in.
 *
 * @param {string} folder Holds `package.json` and `package-lock.json`.
 * @returns {string | undefined} Why the tools are not there; `undefined` when they are.
 */
export function installTools(folder) {
  if (hasTools(folder)) return undefined;
  const name = path.relative(process.cwd(), folder);
  let problem;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    console.log(`installing the tools of ${name} ...`);
    problem = installOnce(folder);
    if (problem === undefined) return undefined;
  }
  return `npm ci in ${name} failed ${ATTEMPTS} times: ${problem}`;
}

function installOnce(folder) {
  const beside = path.join(folder, `.installing-${process.pid}`);
  fs.mkdirSync(beside, { recursive: true });
  try {
    for (const file of FILES) {
      if (fs.existsSync(path.join(folder, file))) fs.copyFileSync(path.join(folder, file), path.join(beside, file));
    }
    const problem = runNpm(beside);
    if (problem === undefined) moveIn(path.join(beside, 'node_modules'), folder);
    return problem;
  } finally {
    fs.rmSync(beside, { recursive: true, force: true });
  }
}

function runNpm(folder) {
  const flags = ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', flags, {
    cwd: folder,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  if (status !== 0) return error?.message ?? stderr.trim();
  // npm is content without an optional package whose download failed.
  const absent = packagesOf(folder).filter((place) => !fs.existsSync(path.join(folder, place, 'package.json')));
  return absent.length === 0 ? undefined : `it left out ${absent.join(', ')}`;
}

function moveIn(installed, folder) {
  fs.copyFileSync(lockOf(folder), path.join(installed, COPY));
  // Another process may have been quicker, and its tools may be in use.
  if (hasTools(folder)) return;
  const place = path.join(folder, 'node_modules');
  try {
    if (fs.existsSync(place)) fs.renameSync(place, `${installed}.before`);
    fs.renameSync(installed, place);
  } catch (error) {
    if (!hasTools(folder)) throw error;
  }
}

/** Where those of the lock's packages belong that must be there on this system. */
function packagesOf(folder) {
  const { packages } = JSON.parse(fs.readFileSync(lockOf(folder), 'utf8'));
  return Object.keys(packages).filter((place) => place !== '' && isNeeded(packages[place]));
}

/** An optional package that runs anywhere may be needed by one for another system alone. */
function isNeeded({ os, cpu, libc, optional = false }) {
  if (optional && os === undefined && cpu === undefined) return false;
  return allows(os, process.platform) && allows(cpu, process.arch) && allows(libc, libcOf());
}

/** As npm reads `os`, `cpu` and `libc`: one or several names, each of which may be excluded by a `!`. */
function allows(names, ours) {
  if (names === undefined || ours === undefined) return true;
  const list = [names].flat();
  if (list.includes(`!${ours}`)) return false;
  const wanted = list.filter((name) => !name.startsWith('!'));
  return wanted.length === 0 || wanted.includes('any') || wanted.includes(ours);
}

function libcOf() {
  if (process.platform !== 'linux') return undefined;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/**
 * Whether `installTools` has installed what the folder's lock names.
 *
 * @param {string} folder
 * @returns {boolean}
 */
export function hasTools(folder) {
  const copy = path.join(folder, 'node_modules', COPY);
  return fs.existsSync(copy) && fs.readFileSync(copy, 'utf8') === fs.readFileSync(lockOf(folder), 'utf8');
}

function lockOf(folder) {
  return path.join(folder, 'package-lock.json');
}
