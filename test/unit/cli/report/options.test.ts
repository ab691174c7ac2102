import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isPlimsollError } from '../../../../src/base/errors.ts';
import { type RawReportOptions, readReportOptions } from '../../../../src/cli/report/options.ts';
import { withTempDir } from '../../../helpers/temp-dir.ts';

test('the ending of a file says which form it has; --json needs none', () => {
  const report = ['a.html', 'b.HTM', 'c.json', 'd.md', 'e.txt'];
  expect(readReportOptions({ report, json: 'f' }).targets).toEqual([
    { option: '--report', file: 'a.html', format: 'html' },
    { option: '--report', file: 'b.HTM', format: 'html' },
    { option: '--report', file: 'c.json', format: 'json' },
    { option: '--report', file: 'd.md', format: 'markdown' },
    { option: '--report', file: 'e.txt', format: 'text' },
    { option: '--json', file: 'f', format: 'json' },
  ]);
});

test('--fail-on takes several verdicts', () => {
  expect(readReportOptions({ failOn: 'leak, native' }).failOn).toEqual(['leak', 'native']);
});

test('a baseline is read with its options', () => {
  expect(
    readReportOptions({ baseline: 'none.json', updateBaseline: true, reason: 'r', expires: '2027-01-31' }).baseline,
  ).toEqual({ file: 'none.json', update: true, reason: 'r', expires: '2027-01-31' });
});

test.each<[string, RawReportOptions]>([
  ['--report', { report: ['a.pdf'] }],
  ['--report', { report: ['report'] }],
  ['--report', { report: ['-.html'] }],
  ['--json', { json: '' }],
  ['--out', { out: '-' }],
  ['--fail-on', { failOn: 'none' }],
  ['--fail-on', { failOn: 'leak,' }],
  ['--fail-on', { failOn: 'leaks' }],
  ['--baseline', { updateBaseline: true }],
  ['--reason', { baseline: 'a.json', reason: 'r' }],
  ['--expires', { expires: '2027-01-31' }],
  ['--expires', { baseline: 'a.json', updateBaseline: true, expires: '2027-02-31x' }],
  ['--expires', { baseline: 'a.json', updateBaseline: true, expires: '2027-13-01' }],
  ['--reason', { baseline: 'a.json', updateBaseline: true, reason: ' ' }],
  ['--annotations', { annotations: 'gitlab' }],
])('%s with a bad value is refused: %j', (option, raw) => {
  const attempt = (): unknown => readReportOptions(raw);
  expect(attempt).toThrow(option);
  expect(attempt).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
});

test('a baseline that is none is refused before the program starts', () =>
  withTempDir((dir) => {
    const file = path.join(dir, 'leaks.json');
    fs.writeFileSync(file, '[]');
    try {
      readReportOptions({ baseline: file });
      expect.unreachable();
    } catch (error) {
      expect(isPlimsollError(error, 'PLIM_ERR_LEAK_BASELINE')).toBe(true);
    }
  }));
