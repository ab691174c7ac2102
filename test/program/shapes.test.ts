/** Every shape of leak is named by the first suspect, and its repaired form is left alone. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { saysWord } from '../../bench/diagnosis/words.mjs';
import { explainGrowth } from '../../src/diagnose/suspects/explain.ts';
import type { LeakReport, ReportedSuspect } from '../../src/diagnose/report/report.ts';
import { openSnapshot } from '../../src/snapshot/index.ts';
import { bareNode, plimsoll } from '../helpers/program.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

interface Shape {
  readonly words: readonly string[];
  readonly isOfTheRuntime?: boolean;
}

interface Shapes {
  readonly names: readonly string[];
  get(name: string): Shape;
}

const FOLDER = path.resolve('test/fixtures/shapes');
const INNOCENTS = [
  'cache-that-fills',
  'cache-cut-off',
  'cache-by-age',
  'queue-that-drains',
  'interned-words',
  'lazy-parts',
  'batches',
  'bursts',
  'listeners-that-leave',
  'warm-up',
  'tidy-end',
];
const FILES = ['maps', 'classes', 'texts', 'async', 'listeners', 'handles'];

/** One shape takes about a second of CPU, ten of them stand in a file; a busy machine gives a tenth of one. */
const PATIENCE_MS = 480_000;

/** The first suspect of two snapshots of a shape. */
async function firstSuspect(dir: string, name: string): Promise<ReportedSuspect | undefined> {
  const files = [1, 2].map((part) => path.join(dir, `${name}.${part}.heapsnapshot`));
  const snapshots = await Promise.all(files.map((file) => openSnapshot(file)));
  for (const file of files) fs.rmSync(file);
  return explainGrowth(snapshots, { root: path.resolve('.'), times: [0, 1000] }).suspects[0];
}

describe.each(FILES)('%s', (file) => {
  test(
    'each is named: holder, what leaks, file and line',
    () =>
      withTempDir(async (dir) => {
        const { shapes } = (await import(path.join(FOLDER, `${file}.mjs`))) as { shapes: Shapes };
        const ended = await bareNode([path.join(FOLDER, 'snapshots.mjs'), `${file}.mjs`, 'all', dir]);
        expect(ended.stderr).toBe('');
        const wrong: string[] = [];
        for (const name of shapes.names) {
          const { words, isOfTheRuntime = false } = shapes.get(name);
          const suspect = await firstSuspect(dir, name);
          const said = suspect === undefined ? 'nothing' : [suspect.sentence, ...suspect.path].join('\n');
          const isPlaced = isOfTheRuntime || (suspect?.file?.endsWith(`${file}.mjs`) === true && suspect.line !== null);
          const isNamed = words.every((word) => saysWord(said, word)) && suspect?.kind === 'leak';
          if (!isNamed || !isPlaced) wrong.push(`${name} (${words.join(', ')}): ${said}\n${suspect?.file}`);
        }
        expect(wrong).toEqual([]);
      }),
    PATIENCE_MS,
  );

  test(
    'the repaired forms, all at once, are no leak',
    () =>
      withTempDir(async (dir) => {
        const json = path.join(dir, 'out.json');
        const command = [
          'run',
          '--quiet',
          '--json',
          json,
          path.join(FOLDER, 'run.mjs'),
          `${file}.mjs`,
          'all',
          'repaired',
        ];
        const ended = await plimsoll(command, { env: { ...process.env, SECONDS: '6' } });
        expect(ended.status, ended.stderr).toBe(0);
        const report = JSON.parse(fs.readFileSync(json, 'utf8')) as LeakReport;
        expect(report.verdict, ended.stderr).not.toBe('leak');
      }),
    PATIENCE_MS,
  );
});

/** Each takes as long as it takes a person to lose patience: `PLIMSOLL_LONG_RUNS=1 npm run test:program`. */
describe.skipIf(process.env['PLIMSOLL_LONG_RUNS'] === undefined)('whole runs', () => {
  const watch = async (args: readonly string[], seconds: number): Promise<LeakReport> =>
    withTempDir(async (dir) => {
      const json = path.join(dir, 'out.json');
      const ended = await plimsoll(['run', '--quiet', '--json', json, ...args], {
        env: { ...process.env, SECONDS: `${seconds}` },
      });
      expect(ended.status, ended.stderr).toBe(0);
      return JSON.parse(fs.readFileSync(json, 'utf8')) as LeakReport;
    });

  test.each(INNOCENTS)(
    '%s is no leak, cut off at any length',
    async (name) => {
      for (const seconds of [6, 14]) {
        const report = await watch([path.join(FOLDER, 'innocents.mjs'), name], seconds);
        expect(report.verdict, `${seconds} s: ${report.explanation}`).not.toBe('leak');
      }
    },
    PATIENCE_MS,
  );

  test.each(FILES)(
    'the shapes of %s are leaks',
    async (file) => {
      const { shapes } = (await import(path.join(FOLDER, `${file}.mjs`))) as { shapes: Shapes };
      const wrong: string[] = [];
      for (const name of shapes.names) {
        const { verdict, suspects } = await watch([path.join(FOLDER, 'run.mjs'), `${file}.mjs`, name, 'leaky'], 10);
        const said = suspects.slice(0, 1).map(({ sentence, path: hops }) => [sentence, ...hops].join('\n'))[0] ?? '';
        if (verdict !== 'leak' || !shapes.get(name).words.every((word) => saysWord(said, word))) {
          wrong.push(`${name}: ${verdict}: ${said}`);
        }
      }
      expect(wrong).toEqual([]);
    },
    3 * PATIENCE_MS,
  );
});
