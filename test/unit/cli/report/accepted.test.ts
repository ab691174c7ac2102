import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { applyBaseline, isAccepted } from '../../../../src/cli/report/accepted.ts';
import { fullReport } from '../../../helpers/reports.ts';
import { reportedOf } from '../../../helpers/suspects.ts';
import { withTempDir } from '../../../helpers/temp-dir.ts';

const leak = (fingerprint: string) => reportedOf({ fingerprint });
const report = fullReport({ suspects: [leak('aa'), leak('bb'), reportedOf({ kind: 'filling', fingerprint: 'cc' })] });

test('the first run writes what it finds, the next accepts it', () =>
  withTempDir((dir) => {
    const options = { file: path.join(dir, 'leaks.json'), update: false, reason: undefined, expires: undefined };
    expect(isAccepted(applyBaseline(report, options, '2026-11-29'))).toBe(false);
    const update = { ...options, update: true, reason: 'ticket 7', expires: '2027-01-31' };
    expect(isAccepted(applyBaseline(report, update, '2026-11-29'))).toBe(true);
    const entries = (JSON.parse(fs.readFileSync(options.file, 'utf8')) as { leaks: object[] }).leaks;
    expect(entries).toMatchObject([
      { fingerprint: 'aa', reason: 'ticket 7', expires: '2027-01-31' },
      { fingerprint: 'bb' },
    ]);
    const again = applyBaseline(report, options, '2027-01-31');
    expect(isAccepted(again)).toBe(true);
    expect(again.suspects.map(({ accepted }) => accepted)).toEqual([
      { reason: 'ticket 7', expires: '2027-01-31' },
      { reason: 'ticket 7', expires: '2027-01-31' },
      undefined,
    ]);
  }));

test('a new leak counts beside accepted ones, an entry past its day as well, and what was not found is said', () =>
  withTempDir((dir) => {
    const file = path.join(dir, 'leaks.json');
    const entry = (fingerprint: string, expires?: string) => ({
      fingerprint,
      sentence: 's',
      reason: 'r',
      ...(expires === undefined ? {} : { expires }),
    });
    const write = (...leaks: object[]): void => fs.writeFileSync(file, JSON.stringify({ version: 1, leaks }));
    const options = { file, update: false, reason: undefined, expires: undefined };
    write(entry('aa'));
    expect(isAccepted(applyBaseline(report, options, '2026-11-29'))).toBe(false);
    write(entry('aa'), entry('bb', '2026-11-28'), entry('gone'));
    const judged = applyBaseline(report, options, '2026-11-29');
    expect(isAccepted(judged)).toBe(false);
    expect(judged.baseline).toMatchObject({ expired: [{ fingerprint: 'bb' }], unused: [{ fingerprint: 'gone' }] });
  }));

test('a verdict without suspects cannot be accepted', () => {
  expect(isAccepted(fullReport({ suspects: [] }))).toBe(false);
});
