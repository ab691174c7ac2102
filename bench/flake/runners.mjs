// A project with the built package in which each runner checks what it is told, and how each is started.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findRuntimes } from '../../scripts/lib/runtimes.mjs';
import { installTools } from '../../scripts/lib/tools.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { root } from '../lib/paths.mjs';

const TEST = 'await checkAll(measureLeak, { leaks, innocents }, JSON.parse(process.env.PLIMSOLL_FLAKE));';
const IMPORTS = "import { leaks, innocents } from './controls.mjs';\nimport { checkAll } from './runner-suite.mjs';";
const TOOLS = path.join(root, 'test', 'consumers');

/** How each runner is told of the test, and started. Jest reads the controls as CommonJS, in its default mode. */
export const RUNNERS = {
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
  const { runtimes, missing } = findRuntimes();
  const bun = runtimes.find(({ name }) => name === 'Bun');
  if (bun === undefined) throw new BenchFailure(missing.join('\n'));
  return bun.program;
}

/**
 * A project with the built package installed, and the runners' packages in a folder above it.
 *
 * @param {string} build A folder such as `dist`.
 */
export function makeProject(build) {
  const problem = installTools(TOOLS);
  if (problem !== undefined) throw new BenchFailure(problem);
  const above = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-flake-'));
  const project = path.join(above, 'project');
  const installed = path.join(project, 'node_modules', 'plimsoll');
  fs.mkdirSync(installed, { recursive: true });
  const tools = path.join(TOOLS, 'node_modules');
  fs.symlinkSync(tools, path.join(above, 'node_modules'));
  fs.cpSync(build, path.join(installed, 'dist'), { recursive: true });
  fs.copyFileSync(path.join(root, 'package.json'), path.join(installed, 'package.json'));
  fs.writeFileSync(path.join(project, 'package.json'), '{ "name": "flake", "private": true }');
  fs.copyFileSync(path.join(root, 'bench/testkit/controls.mjs'), path.join(project, 'controls.mjs'));
  fs.copyFileSync(path.join(root, 'bench/flake/runner-suite.mjs'), path.join(project, 'runner-suite.mjs'));
  for (const { file, source } of Object.values(RUNNERS)) fs.writeFileSync(path.join(project, file), source);
  return { project, tools, remove: () => fs.rmSync(above, { recursive: true, force: true }) };
}

/**
 * One process of a runner, which writes a line to `plan.out` for each task it has checked.
 *
 * @param {keyof typeof RUNNERS} runner
 * @param {{ tasks: readonly import('./runner-suite.mjs').Task[], out: string, until: number }} plan
 */
export async function runProcess(runner, plan, { project, tools }) {
  const { file, start } = RUNNERS[runner];
  const [program, args] = start(file, tools);
  const env = { ...process.env, PLIMSOLL_FLAKE: JSON.stringify(plan), NODE_OPTIONS: '', NO_COLOR: '1', CI: '1' };
  const child = spawn(program, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text = (text + chunk).slice(-4000)));
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (status !== 0) throw new BenchFailure(`${runner} ended with ${status}:\n${text}`);
}
