import { expect, test } from 'vitest';
import { isPlimsollError } from '../../../src/base/errors.ts';
import { type RawRunOptions, readRunOptions } from '../../../src/cli/run/options.ts';

const DEFAULTS: RawRunOptions = { snapshots: 'auto', maxPause: '10s' };

test('what nobody typed', () => {
  expect(readRunOptions(DEFAULTS)).toEqual({
    durationMs: undefined,
    drive: undefined,
    intervalMs: undefined,
    snapshots: 'auto',
    maxPauseMs: 10_000,
    nearLimit: false,
    report: {
      outDir: undefined,
      targets: [],
      failOn: [],
      baseline: undefined,
      annotations: 'auto',
      summary: false,
      showStrings: false,
    },
    isQuiet: false,
    hasDashboard: false,
  });
});

test('everything typed', () => {
  const raw: RawRunOptions = {
    duration: '5m',
    drive: 'npm run load',
    rounds: '3',
    warmup: '0',
    interval: '500',
    snapshots: '4',
    maxPause: '1.5s',
    out: 'evidence',
    json: './-report.json',
    failOn: 'leak,open',
    quiet: true,
  };
  expect(readRunOptions(raw)).toEqual({
    durationMs: 300_000,
    drive: { command: 'npm run load', rounds: 3, warmup: 0 },
    intervalMs: 500,
    snapshots: 4,
    maxPauseMs: 1_500,
    nearLimit: false,
    report: {
      outDir: 'evidence',
      targets: [{ option: '--json', file: './-report.json', format: 'json' }],
      failOn: ['leak', 'open'],
      baseline: undefined,
      annotations: 'auto',
      summary: false,
      showStrings: false,
    },
    isQuiet: true,
    hasDashboard: false,
  });
});

test('a load has seven rounds after two of warm-up', () => {
  expect(readRunOptions({ ...DEFAULTS, drive: 'x' }).drive).toEqual({ command: 'x', rounds: 7, warmup: 2 });
});

test.each<[string, Partial<RawRunOptions>]>([
  ['--duration', { duration: '10 parsecs' }],
  ['--duration', { duration: '10ms' }],
  ['--drive', { drive: ' ' }],
  ['--rounds', { drive: 'x', rounds: '1' }],
  ['--rounds', { rounds: '5' }],
  ['--warmup', { drive: 'x', warmup: '-1' }],
  ['--warmup', { warmup: '2' }],
  ['--interval', { interval: '1' }],
  ['--snapshots', { snapshots: '1' }],
  ['--snapshots', { snapshots: '10' }],
  ['--snapshots', { snapshots: 'always' }],
  ['--max-pause', { maxPause: '0' }],
  ['--out', { out: '' }],
  ['--json', { json: '-' }],
  ['--json', { json: '--quiet' }],
  ['--fail-on', { failOn: 'none' }],
  ['--fail-on', { failOn: 'leak,' }],
])('%s refuses %o', (name, raw) => {
  let error: unknown;
  try {
    readRunOptions({ ...DEFAULTS, ...raw });
  } catch (thrown) {
    error = thrown;
  }
  expect(isPlimsollError(error, 'PLIM_ERR_OPTION_INVALID')).toBe(true);
  expect((error as Error).message).toContain(`\`${name}\``);
});
