import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { addToBaseline, readBaseline } from '../../../../src/diagnose/report/accepted.ts';
import { accuse } from '../../../../src/testkit/check/accuse.ts';
import { reportedOf } from '../../../helpers/suspects.ts';
import { withTempDir } from '../../../helpers/temp-dir.ts';

const leakOf = (fingerprint: string) =>
  accuse([reportedOf({ count: 10, fingerprint })], { calls: 10, rounds: 1, bytes: 1 }, () => undefined).leaks[0]!;

describe('the file of accepted leaks', () => {
  test('keeps reasons and days of what is there, and is in the order of the fingerprints', () =>
    withTempDir((folder) => {
      const file = path.join(folder, 'leaks.json');
      addToBaseline(file, [leakOf('bb'), leakOf('aa')], '2026-11-29');
      const [first, second] = readBaseline(file);
      expect([first, second]).toMatchObject([
        { fingerprint: 'aa', reason: 'It was there on 2026-11-29.' },
        { fingerprint: 'bb' },
      ]);
      const edited = { version: 1, leaks: [{ ...first!, reason: 'ticket 7', expires: '2027-01-31' }] };
      fs.writeFileSync(file, JSON.stringify(edited));
      addToBaseline(file, [leakOf('aa'), leakOf('cc')], '2026-12-24');
      expect(readBaseline(file)).toMatchObject([
        { fingerprint: 'aa', reason: 'ticket 7', expires: '2027-01-31' },
        { fingerprint: 'cc', reason: 'It was there on 2026-12-24.' },
      ]);
      expect(fs.readdirSync(folder)).toEqual(['leaks.json']);
    }));

  test('that does not exist is empty', () =>
    withTempDir((folder) => {
      expect(readBaseline(path.join(folder, 'none.json'))).toEqual([]);
    }));

  test.each([
    ['no JSON', 'leaks', 'it is no JSON'],
    ['of another version', '{"version":2,"leaks":[]}', '`version` is not 1'],
    ['without a list', '{"version":1}', '`leaks` is no list'],
    ['with an entry without a reason', '{"version":1,"leaks":[{"fingerprint":"a","reason":""}]}', '`leaks[0]`'],
    [
      'with a day that is none',
      '{"version":1,"leaks":[{"fingerprint":"a","reason":"b","expires":"soon"}]}',
      '`leaks[0]`',
    ],
    ['null', 'null', '`version` is not 1'],
  ])('is refused when it is %s', (_what, text, problem) =>
    withTempDir((folder) => {
      const file = path.join(folder, 'leaks.json');
      fs.writeFileSync(file, text);
      expect(() => readBaseline(file)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_LEAK_BASELINE' }));
      expect(() => readBaseline(file)).toThrow(problem);
    }),
  );

  test('says so when it cannot be read or written', () =>
    withTempDir((folder) => {
      expect(() => readBaseline(folder)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_FILE_UNREADABLE' }));
      const missing = path.join(folder, 'missing', 'leaks.json');
      expect(() => addToBaseline(missing, [leakOf('aa')], '2026-11-29')).toThrow(
        expect.objectContaining({ code: 'PLIM_ERR_FILE_UNWRITABLE' }),
      );
    }));
});
