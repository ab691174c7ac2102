#!/usr/bin/env node
// Builds dist/ (ES modules) and dist/cjs/ (CommonJS) in two compiler passes, then checks package.json's exports.
// --if-needed: does nothing when dist/ is newer than every source file.  --out DIR: builds there instead.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { exportProblems } from './exports.mjs';
import { root } from './lib/paths.mjs';

const outAt = process.argv.indexOf('--out');
const dist = path.resolve(root, outAt < 0 ? 'dist' : process.argv[outAt + 1]);
const stamp = path.join(dist, '.built');

function newest(folder) {
  let time = 0;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) time = Math.max(time, fs.statSync(path.join(entry.parentPath, entry.name)).mtimeMs);
  }
  return time;
}

function isFresh() {
  if (!fs.existsSync(stamp)) return false;
  const built = fs.statSync(stamp).mtimeMs;
  const inputs = ['tsconfig.json', 'tsconfig.cjs.json', 'package.json', 'scripts/build.mjs', 'scripts/entries.mjs'];
  return newest(path.join(root, 'src')) < built && inputs.every((f) => fs.statSync(path.join(root, f)).mtimeMs < built);
}

function compile(project, folder) {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const run = spawnSync(process.execPath, [compiler, '-p', project, '--outDir', folder], {
    cwd: root,
    stdio: 'inherit',
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}

if (!(process.argv.includes('--if-needed') && isFresh())) {
  fs.rmSync(dist, { recursive: true, force: true });
  compile('tsconfig.json', dist);
  compile('tsconfig.cjs.json', path.join(dist, 'cjs'));
  fs.writeFileSync(path.join(dist, 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
  const bin = path.join(dist, 'cli', 'main.js');
  if (fs.existsSync(bin)) fs.chmodSync(bin, 0o755);
  const problems = exportProblems(dist);
  for (const problem of problems) console.error(`build: ${problem}`);
  if (problems.length > 0) process.exit(1);
  fs.writeFileSync(stamp, '');
}
