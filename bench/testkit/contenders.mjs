// How each tool is asked of the controls, as its own documentation tells a user to.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { collect, lastJsonLine } from '../lib/child.mjs';
import { builtFile } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { installPackages } from '../lib/packages.mjs';

/** @typedef {{ kind: 'leaks' | 'innocents', name: string }} Control */
/** @typedef {import('./index.mjs').Answer} Answer */

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const controlsUrl = new URL('controls.mjs', import.meta.url).href;

/** Calls of the work in one snapshot of memlab's, and in one test of the runners'. */
const CALLS = 200;
/** Snapshots that memlab compares, and tests whose heap vitest prints. */
const STEPS = 5;

/** One process for each control. @returns {Promise<Answer[]>} */
async function each(controls, ask) {
  const answers = [];
  for (const control of controls) {
    const started = performance.now();
    const answer = await ask(control);
    answers.push({ ms: performance.now() - started, ...answer });
  }
  return answers;
}

async function node(args, cwd) {
  const { output, errors, ending } = await collect(args, { cwd });
  if (ending !== 0) throw new BenchFailure(`node ${args.join(' ')} ended with ${ending}: ${errors.trim().slice(-600)}`);
  return output;
}

const VERDICTS = { fail: 'leak', pass: 'none', unstable: 'undecided' };

/** Plimsoll's own, in a process without a runner. @returns {Promise<Answer[]>} */
export function checkByKit(controls, dist) {
  const entry = pathToFileURL(builtFile(dist, 'testkit/index.js')).href;
  return each(controls, async ({ kind, name }) => {
    const { verdict, named, ms } = lastJsonLine(await node([here('kit-child.mjs'), entry, kind, name]));
    return { says: VERDICTS[verdict], names: named, ms };
  });
}

/** memlab's analyses of growth over a series of snapshots: of collections, of objects, of shapes. @returns {Promise<Answer[]>} */
export function checkByMemlab(controls) {
  const installed = installPackages('memlab', { '@memlab/heap-analysis': '2.0.5' });
  return each(controls, async ({ kind, name }) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-memlab-'));
    try {
      await node([here('snapshot-child.mjs'), kind, name, folder, String(CALLS), String(STEPS)]);
      const growing = lastJsonLine(await node([here('memlab-child.cjs'), folder, installed]));
      return { says: growing.length > 0 ? 'leak' : 'none', names: growing.length > 0 };
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
}

/**
 * A project of CommonJS, which is what Jest knows best, with one test file for each control.
 *
 * @param {string} header First line of each file.
 */
function makeProject(controls, header) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-runner-'));
  const source = fs.readFileSync(fileURLToPath(controlsUrl), 'utf8');
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "controls", "private": true }');
  fs.writeFileSync(path.join(folder, 'controls.js'), transformSync(source, { format: 'cjs' }).code);
  for (const [at, { kind, name }] of controls.entries()) {
    const source = [
      header,
      `const { ${kind} } = require('./controls.js');`,
      `const { work } = ${kind}[${JSON.stringify(name)}]();`,
      'let call = 0;',
      `for (let step = 1; step <= ${STEPS}; step++)`,
      `  test('step ' + step, async () => { for (let i = 0; i < ${CALLS}; i++) await work(call++); }, 60_000);`,
    ];
    fs.writeFileSync(path.join(folder, fileOf(at)), `${source.join('\n')}\n`);
  }
  return folder;
}

function fileOf(at) {
  return `control-${at}.test.js`;
}

/** Jest says of a test file that it leaks when its module registry lives on after it. @returns {Promise<Answer[]>} */
export async function checkByJest(controls) {
  const installed = installPackages('jest', { jest: '30.5.2' });
  const folder = makeProject(controls, '');
  const config = JSON.stringify({ rootDir: folder, testMatch: ['**/*.test.js'], transform: {} });
  try {
    return await each([...controls.keys()], async (at) => {
      const jest = path.join(installed, 'node_modules/jest/bin/jest.js');
      const args = [jest, '--config', config, '--detectLeaks', '--silent', fileOf(at)];
      const { errors, ending } = await collect(args, { cwd: folder });
      const isLeak = errors.includes('leaking memory');
      if (ending !== 0 && !isLeak) throw new BenchFailure(`Jest ended with ${ending}: ${errors.slice(-600)}`);
      return { says: isLeak ? 'leak' : 'none', names: false };
    });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const HEAP = /step \d+.*?(\d+) MB heap used/gu;

/**
 * vitest prints the heap after each test and judges nothing. Its reader is taken to say leak when the heap has risen in
 * every test after the first. @returns {Promise<Answer[]>}
 */
export async function checkByVitest(controls) {
  const installed = installPackages('vitest', { vitest: '4.1.12' });
  const folder = makeProject(controls, '');
  fs.symlinkSync(path.join(installed, 'node_modules'), path.join(folder, 'node_modules'));
  try {
    return await each([...controls.keys()], async (at) => {
      const vitest = path.join(installed, 'node_modules/vitest/vitest.mjs');
      const args = [vitest, 'run', '--logHeapUsage', '--reporter=verbose', '--silent=true', '--globals', fileOf(at)];
      const heaps = [...(await node(args, folder)).matchAll(HEAP)].map(([, mb]) => Number(mb));
      if (heaps.length !== STEPS) throw new BenchFailure(`vitest printed ${heaps.length} heaps, not ${STEPS}.`);
      const rises = heaps.slice(1).every((mb, step) => mb > heaps[step]);
      return { says: rises ? 'leak' : 'none', names: false };
    });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
