import { describe, expect, test } from 'vitest';
import { type AuditResult, formatGithub, formatJson, formatPretty, formatSarif } from '../../../../src/audit/index.ts';

const lines = ['class Store {', '  constructor() {', '\tsetInterval(() => this.sweep(), 1000);', '  }'];
const result: AuditResult = {
  engine: { name: 'oxlint', version: '1.89.0' },
  files: 12,
  findings: [
    {
      rule: 'dropped-interval',
      family: 'timers',
      preset: 'recommended',
      message: 'Nobody keeps the handle: 100 % of it\nis lost.',
      file: 'src/a store,1.js',
      line: 3,
      column: 2,
      fingerprint: 'f1',
    },
  ],
  leftOut: [{ file: 'src/bad.js', reason: 'Unexpected token' }],
};
const clean: AuditResult = { ...result, findings: [], leftOut: [], files: 1 };

describe('pretty', () => {
  const style = { width: 60, colors: false };

  test('groups by file, with the line, a mark under it and its neighbours', () => {
    expect(formatPretty(result, () => lines, style).split('\n')).toEqual([
      'src/a store,1.js',
      '',
      '  3:2  dropped-interval',
      '    Nobody keeps the handle: 100 % of it\nis lost.'.split('\n')[0],
      'is lost.',
      '',
      '    2 |   constructor() {',
      '  > 3 |   setInterval(() => this.sweep(), 1000);',
      '      |   ^',
      '    4 |   }',
      '',
      'src/bad.js was left out: Unexpected token.',
      '1 finding in 1 file; 12 files read with oxlint 1.89.0. Why, and what to do: plimsoll audit --explain dropped-interval',
    ]);
  });

  test('cuts long lines and wraps long messages', () => {
    const [finding] = result.findings;
    const long = { ...result, findings: [{ ...finding!, message: 'word '.repeat(40).trim() }] };
    const text = formatPretty(long, () => ['', '', `x${'y'.repeat(100)}`], { width: 40, colors: false });
    const shown = text.split('\n').slice(0, -2);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(text).toContain('...');
  });

  test('says so when there is nothing', () => {
    expect(formatPretty(clean, () => [], style)).toBe('No leaks found; 1 file read with oxlint 1.89.0.');
  });
});

test('json is the result', () => {
  expect(JSON.parse(formatJson(result))).toEqual(result);
});

test('github escapes what would end a property or a message', () => {
  expect(formatGithub(result)).toBe(
    '::warning file=src/a store%2C1.js,line=3,col=2,title=plimsoll/dropped-interval::Nobody keeps the handle: 100 %25 of it%0Ais lost.',
  );
  expect(formatGithub(clean)).toBe('');
});

describe('sarif', () => {
  interface Log {
    readonly version: string;
    readonly runs: readonly [
      {
        readonly tool: {
          readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] };
        };
        readonly results: readonly Record<string, unknown>[];
        readonly invocations: readonly Record<string, unknown>[];
      },
    ];
  }
  const log = JSON.parse(formatSarif(result, '1.2.3')) as Log;

  test('is a log of version 2.1.0 with one run, whose results point at its rules', () => {
    expect(Object.keys(log).sort()).toEqual(['$schema', 'runs', 'version']);
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({ name: 'plimsoll', version: '1.2.3' });
    for (const { ruleId, ruleIndex } of run.results) {
      expect(run.tool.driver.rules[ruleIndex as number]?.id).toBe(ruleId);
    }
  });

  test('has places as references of URIs below the audited folder, and fingerprints', () => {
    expect(log.runs[0].results).toEqual([
      {
        ruleId: 'plimsoll/dropped-interval',
        ruleIndex: 0,
        level: 'warning',
        message: { text: result.findings[0]!.message },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'src/a%20store%2C1.js', uriBaseId: 'SRCROOT' },
              region: { startLine: 3, startColumn: 2 },
            },
          },
        ],
        partialFingerprints: { 'plimsollFingerprint/v1': 'f1' },
      },
    ]);
  });

  test('tells which files were left out', () => {
    expect(log.runs[0].invocations).toMatchObject([
      { executionSuccessful: true, toolExecutionNotifications: [{ message: { text: 'Left out: Unexpected token' } }] },
    ]);
  });
});
