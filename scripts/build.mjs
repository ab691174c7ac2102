#!/usr/bin/env node
// Builds the dashboard's page, then dist/ (ES modules) and dist/cjs/ (CommonJS) in two compiler passes, then checks
// package.json's exports.
// --if-needed: does nothing when dist/ is newer than every source file.  --out DIR: builds there instead.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { exportProblems } from './exports.mjs';
import { root } from './lib/paths.mjs';
import { writeBundle } from './page.mjs';

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
  const inputs = [
    'tsconfig.json',
    'tsconfig.cjs.json',
    'package.json',
    'scripts/build.mjs',
    'scripts/entries.mjs',
    'scripts/page.mjs',
  ];
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

/** What runs in the page of a report: one script, as its policy allows no other; and the style beside it. */
function bundlePage(folder) {
  const from = path.join(root, 'src', folder);
  buildSync({
    entryPoints: [path.join(from, 'client', 'main.ts')],
    outfile: path.join(dist, folder, 'client.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
  fs.copyFileSync(path.join(from, 'style.css'), path.join(dist, folder, 'style.css'));
}

/** What `plimsoll attach` evaluates in a running program: the probe in one script, in no module of its own. */
function bundleProbe(file) {
  buildSync({
    entryPoints: [path.join(dist, 'diagnose', 'probe', 'attached.js')],
    outfile: path.join(dist, file),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

if (!(process.argv.includes('--if-needed') && isFresh())) {
  await writeBundle();
  fs.rmSync(dist, { recursive: true, force: true });
  compile('tsconfig.json', dist);
  compile('tsconfig.cjs.json', path.join(dist, 'cjs'));
  bundlePage('cli/report/html');
  bundleProbe('cli/attach/attached-probe.js');
  fs.writeFileSync(path.join(dist, 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
  const bin = path.join(dist, 'cli', 'main.js');
  if (fs.existsSync(bin)) fs.chmodSync(bin, 0o755);
  const problems = exportProblems(dist);
  for (const problem of problems) console.error(`build: ${problem}`);
  if (problems.length > 0) process.exit(1);
  fs.writeFileSync(stamp, '');
}
