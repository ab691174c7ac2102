// How often a check for leaks is wrong: every run checks one control that leaks and one that does not, beside two busy
// loops, under a real runner. It goes on where it was stopped.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { builtFile, distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { root } from '../lib/paths.mjs';
import { formatTable } from '../lib/table.mjs';
import { makeProject, RUNNERS, runProcess } from './runners.mjs';
import { summarise, tasksLeft } from './tasks.mjs';

export const description = 'how often a check for leaks is wrong under a real test runner, beside two busy loops';

export const options = {
  runs: { kind: 'number', value: 20, help: 'runs of each runner, those of earlier times included' },
  runner: { kind: 'names', value: Object.keys(RUNNERS), help: 'the runners' },
  minutes: { kind: 'number', value: 8, help: 'stop after so long; the next time goes on from there' },
  every: {
    kind: 'number',
    value: 10,
    help: 'confirm a leak by snapshots in every nth run, by growth alone in the others',
  },
  fresh: { kind: 'flag', value: false, help: 'forget earlier runs' },
  report: { kind: 'flag', value: false, help: 'only say what is known' },
  dist: distOption,
};

/** Checks in one process: as many as a suite might have. */
const CHECKS_A_PROCESS = 24;
const BUSY_LOOPS = 2;
const BUSY = 'for (;;) Math.sqrt(Math.random());';

const folder = path.join(root, 'bench', '.work', 'flake');

/** Runs what is left of each runner's runs, and says what is known of all. */
export async function run({ runs, runner: runners, minutes, every, fresh, report, dist }) {
  const unknown = runners.find((name) => !Object.hasOwn(RUNNERS, name));
  if (unknown !== undefined)
    throw new BenchFailure(`There is no runner ${unknown}; there are: ${Object.keys(RUNNERS).join(', ')}.`);
  fs.mkdirSync(folder, { recursive: true });
  if (fresh) for (const runner of runners) fs.rmSync(resultsFile(runner), { force: true });
  const until = Date.now() + minutes * 60_000;
  if (!report) await runAll(runners, { runs, every, until, dist });
  const figures = Object.fromEntries(runners.map((runner) => [runner, summarise(readResults(runner))]));
  const wrong = Object.values(figures).reduce((sum, one) => sum + one.wrong.length, 0);
  const problem = wrong === 0 ? undefined : `${wrong} checks were wrong`;
  return { figures, report: formatReport(figures), problem };
}

async function runAll(runners, { runs, every, until, dist }) {
  builtFile(dist, 'testkit/index.js');
  const project = makeProject(path.resolve(root, dist));
  const loops = Array.from({ length: BUSY_LOOPS }, () => spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }));
  const end = () => loops.forEach((loop) => loop.kill('SIGKILL'));
  process.once('exit', end);
  try {
    for (const runner of runners) {
      for (;;) {
        const left = tasksLeft(runs, every, readResults(runner));
        if (left.length === 0 || Date.now() > until) break;
        await runProcess(runner, { tasks: left.slice(0, CHECKS_A_PROCESS), out: resultsFile(runner), until }, project);
      }
    }
  } finally {
    end();
    project.remove();
  }
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

/** What the figures say, for a reader. */
export function formatReport(figures) {
  const rows = Object.entries(figures).map(([runner, one]) => [
    runner,
    `${one.missed} of ${one.leaking}`,
    one.undecided,
    one.bySnapshots,
    `${one.accused} of ${one.innocent}`,
    one.innocentUndecided,
    one.innocentMs === null ? '' : `${(one.innocentMs / 1000).toFixed(1)} s`,
  ]);
  const titles = ['runner', 'missed', 'undecided', 'by snapshots', 'accused', 'undecided', 'an innocent one, median'];
  const wrong = Object.entries(figures).flatMap(([runner, one]) =>
    one.wrong.map(({ run, kind, control, verdict }) => `  ${runner}, run ${run}: ${control} (${kind}) gave ${verdict}`),
  );
  return [formatTable(titles, rows), ...(wrong.length > 0 ? ['', ...wrong] : [])].join('\n');
}
