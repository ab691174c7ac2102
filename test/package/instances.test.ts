/** One instance, by whatever way it is loaded, under every runtime and test runner that people use. */
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { type Ended, runInProject } from '../helpers/packed-run.ts';
import { runtimeOrSkip, runtimes } from '../helpers/runtimes.ts';
import { serviceOrSkip } from '../helpers/service.ts';

const { project, withoutTools } = inject('packed');
const nodes = runtimes.filter(({ name }) => name !== 'Bun');
const { runtime: bun, isMissing: withoutBun } = runtimeOrSkip('Bun');
const node24 = nodes.find(({ name }) => name === 'Node.js 24');
const VM_MODULES = ['--experimental-vm-modules'];

/** Runs a tool of `test/consumers` on this Node.js. */
function runTool(file: string, args: readonly string[], nodeFlags: readonly string[] = []): Ended {
  return runInProject(process.execPath, [...nodeFlags, path.join(project, '../node_modules', file), ...args]);
}

function expectNoProblems({ status, stdout, all }: Ended): void {
  expect(stdout, all).toMatch(/^\[/);
  expect(JSON.parse(stdout)).toEqual([]);
  expect(status).toBe(0);
}

/** That it passed, and ran a test at all. */
function expectPassed({ status, all }: Ended, oneTest: RegExp): void {
  expect(status, all).toBe(0);
  expect(all).toMatch(oneTest);
}

describe.each([{ name: 'this Node.js', program: process.execPath }, ...nodes])('$name', ({ program }) => {
  test.each(['main.mjs', 'main.cjs'])('runs %s', (file) => expectNoProblems(runInProject(program, [file])));

  test('tests with node:test', () => {
    expectPassed(runInProject(program, ['--test', '--test-reporter=tap', 'node.test.mjs']), /^# pass 1$/m);
  });
});

describe.skipIf(withoutBun)('Bun', () => {
  test.each(['main.mjs', 'main.cjs'])('runs %s', (file) => expectNoProblems(runInProject(bun.program, [file])));

  test('tests with bun test', () => {
    expectPassed(runInProject(bun.program, ['test', './globals.test.mjs']), /^ *1 pass$/m);
  });
});

describe.skipIf(serviceOrSkip('the tools of test/consumers', withoutTools === null))('a test runner', () => {
  test('vitest', () => {
    expectPassed(runTool('vitest/vitest.mjs', ['run', '--globals', 'globals']), /Tests +1 passed/);
  });

  test('Jest, in its default mode', () => {
    expectPassed(runTool('jest/bin/jest.js', ['--config={}', 'default-mode']), /^Tests: +1 passed, 1 total$/m);
  });

  test('Jest, with ES modules', () => {
    expectPassed(
      runTool('jest/bin/jest.js', ['--config={}', 'imports-only'], VM_MODULES),
      /^Tests: +1 passed, 1 total$/m,
    );
  });

  // Only there can Jest's `require` load ES modules; elsewhere docs/runtimes.md tells of the two copies.
  test.skipIf(serviceOrSkip('Node.js 24', node24 !== undefined))('Jest, with ES modules and `require`', () => {
    const jest = path.join(project, '../node_modules/jest/bin/jest.js');
    expectPassed(
      runInProject(node24!.program, [...VM_MODULES, jest, '--config={}', 'globals']),
      /^Tests: +1 passed, 1 total$/m,
    );
  });
});
