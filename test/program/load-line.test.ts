/** Programs whose caches together are bounded by more than there is: without a load line they die, with one they go on. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeInCgroup, noMemoryCgroup } from '../helpers/memory-cgroup.ts';
import { bareNode, DIST, type ProgramEnded } from '../helpers/program.ts';

const FILL = path.resolve('test/fixtures/load-line/fill.mjs');

interface Filled {
  readonly reliefs: number;
  readonly given: number;
  readonly byCache: Readonly<Record<'often' | 'sometimes' | 'never', number>>;
}

type Ended = ReturnType<typeof nodeInCgroup>;

function expectSurvived({ status, stdout, stderr }: ProgramEnded | Ended): void {
  expect(stderr).not.toContain('out of memory');
  expect(status).toBe(0);
  const { reliefs, given, byCache } = JSON.parse(stdout.toString()) as Filled;
  expect(reliefs).toBeGreaterThan(1);
  expect(given).toBe(byCache.often + byCache.sometimes + byCache.never);
  expect(byCache.often).toBeLessThan(byCache.never);
}

describe('a heap too small for all', () => {
  const fill = async (isGuarded: 'yes' | 'no'): Promise<ProgramEnded> =>
    bareNode(['--max-old-space-size=48', FILL, DIST, 'heap', isGuarded, '36']);

  test('ends the program', { timeout: 120_000 }, async () => {
    const { status, signal, stderr } = await fill('no');
    expect(stderr).toContain('heap out of memory');
    expect(signal ?? status).not.toBe(0);
  });

  test('does not with a load line, and the useful cache gives least', { timeout: 120_000 }, async () => {
    expectSurvived(await fill('yes'));
  });
});

const cannot = noMemoryCgroup();
if (cannot !== undefined) console.info(`Skipped: ${cannot}.`);

describe.skipIf(cannot !== undefined)('a container too small for all Buffers', () => {
  const fill = (isGuarded: 'yes' | 'no'): Ended =>
    nodeInCgroup(256 * 1024 * 1024, [FILL, DIST, 'buffers', isGuarded, '120']);

  test('ends the program', { timeout: 120_000 }, () => {
    expect(fill('no').signal).toBe('SIGKILL');
  });

  test('does not with a load line', { timeout: 120_000 }, () => {
    expectSurvived(fill('yes'));
  });
});
