#!/usr/bin/env node
// `npm run flake -- --runs 500 --runner node,vitest`: how often a check for leaks is wrong. Every run checks one control
// that leaks and one that does not, beside two busy loops, under a real runner. It goes on where it was stopped.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { innocents, leaks } from '../bench/testkit/controls.mjs';
import { isMain } from './lib/main.mjs';
import { dist, root } from './lib/paths.mjs';
import { findRuntimes } from './lib/runtimes.mjs';
import { installTools } from './lib/tools.mjs';

const HELP = `npm run flake -- [options]
  --runs <n>          runs of each runner, those of earlier times included (20)
  --runner <names>    of node, vitest, jest, bun (node,vitest)
  --minutes <n>       stop after so long; the next time goes on from there (8)
  --every <n>         confirm a leak by snapshots in every nth run, by growth alone in the others (10)
  --fresh             forget earlier runs
  --report            only print what is known
Exit status 1 when a check was wrong.`;

const OPTIONS = {
  runs: { type: 'string', default: '20' },
  runner: { type: 'string', default: 'node,vitest' },
  minutes: { type: 'string', default: '8' },
  every: { type: 'string', default: '10' },
  fresh: { type: 'boolean', default: false },
  report: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** Checks in one process: as many as a suite might have. */
const CHECKS_A_PROCESS = 24;
const BUSY_LOOPS = 2;
const BUSY = 'for (;;) Math.sqrt(Math.random());';

const folder = path.join(root, 'bench', '.work', 'flake');
const TEST = 'await checkAll(measureLeak, { leaks, innocents }, JSON.parse(process.env.PLIMSOLL_FLAKE));';
const IMPORTS = "import { leaks, innocents } from './controls.mjs';\nimport { checkAll } from './runner-suite.mjs';";

/** How each runner is told of the test, and started. Jest reads the controls as CommonJS, in its default mode. */
const RUNNERS = {
  node: {
    file: 'flake-node.mjs',
    source: `${IMPORTS}\nimport { measureLeak } from 'plimsoll/test/node';\nimport { test } from 'node:test';\ntest('flake', async () => { ${TEST} });`,
    start: (file) => [process.execPath, ['--test', file]],
  },
  vitest: {
    file: 'flake-vitest.test.mjs',
    source: `${IMPORTS}\nimport { measureLeak } from 'plimsoll/test/vitest';\nimport { test } from 'vitest';\ntest('flake', async () => { ${TEST} }, 0);`,
    start: (file, tools) => [process.execPath, [path.join(tools, 'vitest/vitest.mjs'), 'run', file]],
  },
  jest: {
    file: 'flake-jest.test.mjs',
    source: `${IMPORTS}\nimport { measureLeak } from 'plimsoll/test/jest';\ntest('flake', async () => { ${TEST} }, 2 ** 30);`,
    start: (file, tools) => [
      process.execPath,
      ['--experimental-vm-modules', path.join(tools, 'jest/bin/jest.js'), '--config={}', file],
    ],
  },
  bun: {
    file: 'flake-bun.test.mjs',
    source: `${IMPORTS}\nimport { measureLeak } from 'plimsoll/test/bun';\nimport { test } from 'bun:test';\ntest('flake', async () => { ${TEST} }, 2 ** 30);`,
    start: (file) => [bunProgram(), ['test', `./${file}`]],
  },
};

function bunProgram() {
  const bun = findRuntimes().runtimes.find(({ name }) => name === 'Bun');
  if (bun === undefined) throw new Error('Bun is not installed.');
  return bun.program;
}

/**
 * What has to be checked in a run: one of each kind, in turn, so that every control comes as often as the others.
 *
 * @param {number} run From 0.
 * @param {number} every Confirm by snapshots in every so many runs.
 */
export function tasksOf(run, every) {
  const of = (list) => Object.keys(list)[run % Object.keys(list).length];
  // Each leaking control has its turn with snapshots.
  const round = Math.floor(run / Object.keys(leaks).length);
  const snapshots = (run + round) % every === 0 ? 'auto' : 'never';
  return [
    { run, kind: 'leaks', control: of(leaks), snapshots },
    { run, kind: 'innocents', control: of(innocents), snapshots: 'auto' },
  ];
}

/** Tasks that have no result yet. */
export function tasksLeft(runs, every, done) {
  const known = new Set(done.map(({ run, kind }) => `${run} ${kind}`));
  const all = Array.from({ length: runs }, (_, run) => tasksOf(run, every)).flat();
  return all.filter(({ run, kind }) => !known.has(`${run} ${kind}`));
}

/** Counts of what was right and wrong. */
export function summarise(results) {
  const of = (kind) => results.filter((result) => result.kind === kind);
  const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
  const wrongOf = (kind, wanted) => of(kind).filter(({ verdict }) => verdict !== wanted);
  return {
    leaking: of('leaks').length,
    bySnapshots: of('leaks').filter(({ snapshots }) => snapshots === 'auto').length,
    missed: wrongOf('leaks', 'fail').filter(({ verdict }) => verdict === 'pass').length,
    undecided: wrongOf('leaks', 'fail').filter(({ verdict }) => verdict === 'unstable').length,
    innocent: of('innocents').length,
    accused: wrongOf('innocents', 'pass').filter(({ verdict }) => verdict === 'fail').length,
    innocentUndecided: wrongOf('innocents', 'pass').filter(({ verdict }) => verdict === 'unstable').length,
    innocentMs: median(of('innocents').map(({ durationMs }) => durationMs)),
    withoutSnapshot: of('innocents').filter(({ evidence }) => evidence === 'growth').length,
  };
}

function resultsFile(runner) {
  return path.join(folder, `${runner}.jsonl`);
}

function readResults(runner) {
  const file = resultsFile(runner);
  if (!fs.existsSync(file)) return [];
  // A process that is ended may leave half a line.
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));
}

/** A project with the built package installed, and the runners' packages in a folder above it. */
function makeProject() {
  const problem = installTools(path.join(root, 'test', 'consumers'));
  if (problem !== undefined) throw new Error(problem);
  const above = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-flake-'));
  const project = path.join(above, 'project');
  const installed = path.join(project, 'node_modules', 'plimsoll');
  fs.mkdirSync(installed, { recursive: true });
  const tools = path.join(root, 'test', 'consumers', 'node_modules');
  fs.symlinkSync(tools, path.join(above, 'node_modules'));
  fs.cpSync(dist, path.join(installed, 'dist'), { recursive: true });
  fs.copyFileSync(path.join(root, 'package.json'), path.join(installed, 'package.json'));
  fs.writeFileSync(path.join(project, 'package.json'), '{ "name": "flake", "private": true }');
  for (const file of ['controls.mjs', 'runner-suite.mjs']) {
    fs.copyFileSync(path.join(root, 'bench', 'testkit', file), path.join(project, file));
  }
  for (const { file, source } of Object.values(RUNNERS)) fs.writeFileSync(path.join(project, file), source);
  return { above, project, tools };
}

async function runProcess(runner, tasks, { project, tools }, until) {
  const { file, start } = RUNNERS[runner];
  const [program, args] = start(file, tools);
  const plan = { tasks, out: resultsFile(runner), until };
  const env = { ...process.env, PLIMSOLL_FLAKE: JSON.stringify(plan), NODE_OPTIONS: '', NO_COLOR: '1', CI: '1' };
  const child = spawn(program, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text = (text + chunk).slice(-4000)));
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (status !== 0) throw new Error(`${runner} ended with ${status}:\n${text}`);
}

async function runAll(runners, runs, every, until) {
  const project = makeProject();
  const loops = Array.from({ length: BUSY_LOOPS }, () => spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }));
  const end = () => loops.forEach((loop) => loop.kill('SIGKILL'));
  process.once('exit', end);
  try {
    for (const runner of runners) {
      for (;;) {
        const left = tasksLeft(runs, every, readResults(runner));
        if (left.length === 0 || Date.now() > until) break;
        await runProcess(runner, left.slice(0, CHECKS_A_PROCESS), project, until);
      }
    }
  } finally {
    end();
    fs.rmSync(project.above, { recursive: true, force: true });
  }
}

function print(runner, results) {
  const s = summarise(results);
  console.log(
    `${runner}: ${s.leaking} leaking (${s.bySnapshots} confirmed by snapshots): ${s.missed} missed, ${s.undecided} undecided; ` +
      `${s.innocent} innocent: ${s.accused} accused, ${s.innocentUndecided} undecided; ` +
      `an innocent one took ${Math.round(s.innocentMs ?? 0)} ms (median), ${s.withoutSnapshot} of them without a snapshot`,
  );
  const isWrong = ({ kind, verdict }) => verdict === (kind === 'leaks' ? 'pass' : 'fail');
  const wrong = results.filter(isWrong);
  for (const one of wrong) console.log(`  WRONG ${JSON.stringify(one)}`);
  return wrong.length;
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const runners = values.runner.split(',');
  const unknown = runners.find((name) => !Object.hasOwn(RUNNERS, name));
  if (unknown !== undefined)
    throw new Error(`There is no runner ${unknown}; there are: ${Object.keys(RUNNERS).join(', ')}.`);
  if (!fs.existsSync(path.join(dist, 'testkit'))) spawnSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit' });
  fs.mkdirSync(folder, { recursive: true });
  if (values.fresh) for (const runner of runners) fs.rmSync(resultsFile(runner), { force: true });
  const until = Date.now() + Number(values.minutes) * 60_000;
  if (!values.report) await runAll(runners, Number(values.runs), Number(values.every), until);
  let wrong = 0;
  for (const runner of runners) wrong += print(runner, readResults(runner));
  process.exitCode = wrong > 0 ? 1 : 0;
}

if (isMain(import.meta.url)) await main();
