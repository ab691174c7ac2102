/** Programs that are hard to judge in a short watch: the leaky form is named, the repaired or innocent one is no leak. */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import type { LeakReport } from '../../src/diagnose/report/report.ts';
import { plimsoll } from '../helpers/program.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const PROGRAMS = path.resolve('test/fixtures/hard/hard.mjs');
const BUNDLED = path.resolve('test/fixtures/hard/bundled/app.ts');
const PATIENCE_MS = 480_000;

async function watch(
  program: readonly string[],
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<LeakReport> {
  return withTempDir(async (dir) => {
    const json = path.join(dir, 'out.json');
    const ended = await plimsoll(['run', '--quiet', ...flags, '--out', dir, '--json', json, ...program], {
      env: { ...process.env, OUT: dir, ...env },
    });
    expect(ended.status, ended.stderr).toBe(0);
    return JSON.parse(fs.readFileSync(json, 'utf8')) as LeakReport;
  });
}

interface Hard {
  readonly name: string;
  /** What the first suspect of the leaky form is. */
  readonly suspect: Readonly<Partial<LeakReport['suspects'][number]>>;
  /** The line of the holder's declaration. */
  readonly declared: string;
  readonly flags?: readonly string[];
  /** Whether it has the machine for itself. */
  readonly isLarge?: boolean;
}

/** Where the lines that suspects name are read. */
const SOURCE = fs.readFileSync(PROGRAMS, 'utf8').split('\n');

const HARD: readonly Hard[] = [
  {
    name: 'large-heap',
    suspect: { holder: 'Array', owner: 'visits', leaked: 'Visit' },
    declared: 'const visits = [];',
    // So many bytes could take longer; these are few objects.
    flags: ['--max-pause', '1m'],
    isLarge: true,
  },
  {
    name: 'own-collections',
    suspect: { holder: 'Map', owner: 'parsed', leaked: 'Object {text, head}' },
    declared: 'const parsed = new Map();',
    flags: ['--interval', '1h'],
    isLarge: true,
  },
  {
    name: 'long-fill',
    suspect: { holder: 'Map', owner: 'forgotten', leaked: 'Session' },
    declared: 'const forgotten = new Map();',
  },
  {
    name: 'tidy-end',
    suspect: { holder: 'Map', owner: 'subscriptions', leaked: 'Subscription' },
    declared: 'const subscriptions = new Map();',
  },
  {
    name: 'long-warm-up',
    suspect: { holder: 'Array', owner: 'pending', leaked: 'Visit' },
    declared: 'const pending = [];',
  },
];

async function expectVerdicts(hard: Hard, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { name, suspect, declared, flags, isLarge = false } = hard;
  const ofForm = (form: string): Promise<LeakReport> => watch([PROGRAMS, name, form], flags, env);
  const watched = ofForm('leaky');
  // Of two that take a core each, on two cores with a test beside them, neither gets far enough to be judged.
  if (isLarge) await watched;
  const [leaky, repaired] = await Promise.all([watched, ofForm('repaired')]);
  expect(leaky.verdict, leaky.explanation).toBe('leak');
  const [first] = leaky.suspects;
  expect(first).toMatchObject({ kind: 'leak', ...suspect });
  expect(first!.file).toMatch(/hard\.mjs$/);
  expect(SOURCE[first!.line! - 1]).toBe(declared);
  expect(repaired.verdict, repaired.explanation).not.toBe('leak');
}

describe('hard to judge', () => {
  test.each(HARD.filter(({ isLarge }) => isLarge))('$name', (hard) => expectVerdicts(hard), PATIENCE_MS);
});

describe.concurrent('hard to judge, mostly idle', () => {
  test.each(HARD.filter(({ isLarge }) => !isLarge))('$name', (hard) => expectVerdicts(hard), PATIENCE_MS);
});

describe.concurrent('a minified bundle', () => {
  const bundleIn = async (dir: string, sourcemap: boolean): Promise<string> => {
    const outfile = path.join(dir, 'app.mjs');
    const options = { bundle: true, minify: true, platform: 'node', format: 'esm' } as const;
    await build({ entryPoints: [BUNDLED], outfile, sourcemap, ...options });
    return outfile;
  };

  test(
    'with a source map is named as its author wrote it',
    () =>
      withTempDir(async (dir) => {
        const bundle = await bundleIn(dir, true);
        const [leaky, repaired] = await Promise.all(['leaky', 'repaired'].map((form) => watch([bundle, form])));
        expect(leaky!.verdict, leaky!.explanation).toBe('leak');
        const [first] = leaky!.suspects;
        expect(first).toMatchObject({
          holder: 'Map',
          leaked: 'SessionRecord',
          owner: 'registry.#openSessions',
          line: 6,
        });
        expect(first!.file).toMatch(/bundled\/app\.ts$/);
        expect(first!.path.join('\n')).toMatch(/#openSessions of SessionRegistry \(.*session\.ts:\d+\)/);
        expect(first!.path.at(-1)).toMatch(/^SessionRecord \(.*session\.ts:\d+\)$/);
        expect(repaired!.verdict, repaired!.explanation).not.toBe('leak');
      }),
    PATIENCE_MS,
  );

  test(
    'without one has columns, and classes that are known by their properties',
    () =>
      withTempDir(async (dir) => {
        const { verdict, suspects } = await watch([await bundleIn(dir, false), 'leaky']);
        expect(verdict).toBe('leak');
        expect(suspects[0]!.sentence).toMatch(/ in \S*app\.mjs:1:\d+ holds [\d,]+ \w{1,3} \{id, roles, body\}/);
      }),
    PATIENCE_MS,
  );
});

/** Each takes as long as it takes a person to lose patience: `PLIMSOLL_LONG_RUNS=1 npm run test:program`. */
describe.skipIf(process.env['PLIMSOLL_LONG_RUNS'] === undefined)('long runs', () => {
  test.each(HARD)('$name, for a minute', (hard) => expectVerdicts(hard, { UNITS: '100000' }), PATIENCE_MS);

  test(
    'a heap of 350 MB of small objects, of which half a percent leaks',
    async () => {
      const many = { ...HARD[0]!, name: 'many-objects', flags: ['--max-pause', '5m', '--snapshots', '2'] };
      await expectVerdicts(many, { UNITS: '40000' });
    },
    2 * PATIENCE_MS,
  );
});
