#!/usr/bin/env node
// `npm run check`: all that CI does, `npm test` first. Every stage runs, whatever the ones before it gave; then comes a
// table, and as the last line the tests of all stages together.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** `minutes`: after these the stage is ended and has failed. */
const STAGES = [
  { script: 'test', hasTests: true, minutes: 5 },
  { script: 'typecheck', hasTests: false, minutes: 2 },
  { script: 'lint', hasTests: false, minutes: 2 },
  { script: 'audit', hasTests: false, minutes: 2 },
  { script: 'test:program', hasTests: true, minutes: 35 },
  { script: 'test:package', hasTests: true, minutes: 12 },
  { script: 'test:runtimes', hasTests: true, minutes: 12 },
];

/** The process group of the stage that runs. */
let current;

function endCurrent(signal) {
  try {
    if (current !== undefined) process.kill(-current, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Runs an npm script in a process group of its own, so that nothing of it outlives its budget. */
function runScript(args, minutes, env) {
  return new Promise((resolve) => {
    const child = spawn('npm', args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit', detached: true });
    let problem;
    const budget = setTimeout(() => {
      problem = `over its ${minutes} min`;
      printProcesses(child.pid);
      endCurrent('SIGKILL');
    }, minutes * 60_000);
    const settle = (result) => {
      clearTimeout(budget);
      current = undefined;
      resolve(problem ?? result);
    };
    current = child.pid;
    child.once('error', (error) => settle(error.message));
    child.once('exit', (status, signal) => settle(status === 0 ? undefined : `status ${status ?? signal}`));
  });
}

/** Prints what runs below this process: what a stage that hangs is waiting for. */
function printProcesses(pid) {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,etimes=,stat=,args=', '-ww'], { encoding: 'utf8' });
  const below = new Set([pid]);
  console.log('\npid, parent, seconds, state and command of what still ran:');
  for (const line of (stdout ?? '').split('\n')) {
    const [own, parent] = line.trim().split(/\s+/, 2).map(Number);
    if (!below.has(own) && !below.has(parent)) continue;
    below.add(own);
    console.log(line.slice(0, 300));
  }
}

/** The tests that had begun when their stage was cut off. */
function readUnfinished(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

function readCounts(file) {
  if (!fs.existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}

async function runStage({ script, hasTests, minutes }, folder) {
  const file = path.join(folder, `${script.replace(':', '-')}.json`);
  const begunFile = `${file}.begun`;
  const reporters = [
    '--',
    '--reporter=default',
    '--reporter=./scripts/lib/unfinished.mjs',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  console.log(`\n== ${script}`);
  const begun = performance.now();
  const args = ['run', '--silent', script, ...(hasTests ? reporters : [])];
  const outcome = await runScript(args, minutes, { PLIMSOLL_UNFINISHED: begunFile });
  const counts = hasTests ? readCounts(file) : { passed: 0, failed: 0, skipped: 0 };
  const problem = outcome ?? (hasTests && counts.passed === 0 ? 'no test ran' : undefined);
  // What fails without a failed test (a file that does not load, a lint error, a stage cut off) counts as one.
  if (problem !== undefined && counts.failed === 0) counts.failed = 1;
  const unfinished = readUnfinished(begunFile);
  return { script, hasTests, problem, counts, unfinished, seconds: (performance.now() - begun) / 1000 };
}

/** Under the table, since the end of a long output is what everybody reads. */
function printUnfinished(results) {
  for (const { script, unfinished } of results) {
    for (const name of unfinished) console.log(`${script}: not ended: ${name}`);
  }
}

function printTable(results) {
  console.log(`\n${'stage'.padEnd(15)}${'time'.padStart(8)}  result`);
  for (const { script, hasTests, problem, counts, seconds } of results) {
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    const tests = hasTests ? ` (${counts.passed} passed, ${counts.failed} failed${skipped})` : '';
    console.log(
      `${script.padEnd(15)}${`${seconds.toFixed(1)} s`.padStart(8)}  ${problem === undefined ? 'ok' : `FAILED, ${problem}`}${tests}`,
    );
  }
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-check-'));
process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
]) {
  process.once(signal, () => {
    endCurrent('SIGTERM');
    process.exit(128 + number);
  });
}

const results = [];
for (const stage of STAGES) results.push(await runStage(stage, folder));
printTable(results);
printUnfinished(results);
const sum = (kind) => results.reduce((total, { counts }) => total + counts[kind], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = results.some(({ problem }) => problem !== undefined) ? 1 : 0;
