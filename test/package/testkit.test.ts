/** The leak-test kit in a real run of every runner that it has an adapter for. */
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { type Ended, runInProject } from '../helpers/packed-run.ts';
import { runtimeOrSkip } from '../helpers/runtimes.ts';
import { serviceOrSkip } from '../helpers/service.ts';

const { project, withoutTools } = inject('packed');
const { runtime: bun, isMissing: withoutBun } = runtimeOrSkip('Bun');
const vitest = path.join(project, '../node_modules/vitest/vitest.mjs');
const jest = path.join(project, '../node_modules/jest/bin/jest.js');

const node = (...args: string[]) => runInProject(process.execPath, args);

/** Jest's settings for a set-up file. */
function jestWith(setup: string): string {
  return `--config=${JSON.stringify({ setupFilesAfterEnv: [`<rootDir>/kit/${setup}`] })}`;
}

function expectPassed({ status, all }: Ended, tests: RegExp): void {
  expect(all).toMatch(tests);
  expect(status, all).toBe(0);
}

function expectFailedByTimer({ status, all }: Ended): void {
  expect(all).toContain('This test file left one thing open.');
  expect(all).toContain('timer Timeout');
  expect(status).not.toBe(0);
}

describe('node:test', () => {
  test('finds a leak, and accuses no innocent', () => {
    expectPassed(node('--test', '--test-reporter=tap', 'kit/kit.node.test.mjs'), /^# pass 2$/m);
  });

  test('a file that leaves a timer fails, one that clears it in its own hook passes', () => {
    const setup = ['--test', '--test-reporter=tap', '--import', './kit/setup.node.mjs'];
    expectFailedByTimer(node(...setup, 'kit/open.node.test.mjs'));
    expectPassed(node(...setup, 'kit/closed.node.test.mjs'), /^# pass 1$/m);
  });
});

describe.skipIf(serviceOrSkip('the tools of test/consumers', withoutTools === null))('vitest', () => {
  test.each(['threads', 'forks'])('finds a leak, and accuses no innocent, in %s', (pool) => {
    expectPassed(node(vitest, 'run', `--pool=${pool}`, 'kit/kit.vitest'), /Tests +2 passed/);
  });

  test('a file that leaves a timer fails, one that clears it in its own hook passes', () => {
    const setup = [vitest, 'run', '--config=kit/vitest.config.mjs'];
    expectFailedByTimer(node(...setup, 'kit/open.vitest'));
    expectPassed(node(...setup, 'kit/closed.vitest'), /Tests +1 passed/);
  });
});

describe.skipIf(serviceOrSkip('the tools of test/consumers', withoutTools === null))('Jest', () => {
  test('finds a leak, and accuses no innocent, in its default mode', () => {
    expectPassed(node(jest, '--config={"testMatch":["**/kit.jest.test.cjs"]}'), /^Tests: +2 passed, 2 total$/m);
  });

  test('finds a leak, and accuses no innocent, with ES modules', () => {
    const config = '--config={"testMatch":["**/kit.jest.test.mjs"]}';
    expectPassed(node('--experimental-vm-modules', jest, config), /^Tests: +2 passed, 2 total$/m);
  });

  test('a file that leaves a timer fails, one that clears it in its own hook passes', () => {
    expectFailedByTimer(node(jest, jestWith('setup.jest.cjs'), '--testMatch=**/open.jest.test.cjs', '--forceExit'));
    expectPassed(
      node(jest, jestWith('setup.jest.cjs'), '--testMatch=**/closed.jest.test.cjs'),
      /^Tests: +1 passed, 1 total$/m,
    );
  });
});

describe.skipIf(withoutBun)('Bun', () => {
  test('finds a leak by counts, and accuses no innocent', () => {
    expectPassed(runInProject(bun.program, ['test', './kit/kit.bun.test.mjs']), /^ *2 pass$/m);
  });
});
