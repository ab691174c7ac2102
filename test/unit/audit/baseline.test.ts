import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { againstBaseline, type Baseline, baselineOf, readBaseline } from '../../../src/audit/baseline.ts';
import type { Finding } from '../../../src/audit/finding.ts';
import { isPlimsollError } from '../../../src/base/errors.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

function finding(fingerprint: string, file: string = 'a.js'): Finding {
  return {
    rule: 'race-timeout',
    family: 'timers',
    preset: 'recommended',
    message: '',
    file,
    line: 1,
    column: 1,
    fingerprint,
  };
}

/** What reading a file with this content gives or throws. */
function read(content: string): Baseline {
  return withTempDir((dir) => {
    const file = path.join(dir, 'baseline.json');
    fs.writeFileSync(file, content);
    return readBaseline(file);
  });
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isPlimsollError(error) ? error.code : String(error);
  }
  return undefined;
}

describe('a baseline', () => {
  test('is read as it was written, in an order of its own', () => {
    const baseline = baselineOf([finding('2', 'b.js'), finding('1', 'a.js')]);
    expect(baseline.findings.map(({ file }) => file)).toEqual(['a.js', 'b.js']);
    expect(read(JSON.stringify(baseline))).toEqual(baseline);
  });

  test('tells what is new, what is known and what is gone', () => {
    const result = againstBaseline([finding('1'), finding('2')], baselineOf([finding('2'), finding('3')]));
    expect(result.added.map(({ fingerprint }) => fingerprint)).toEqual(['1']);
    expect(result).toMatchObject({ known: 1, gone: 1 });
  });

  test.each([
    ['no JSON', '{'],
    ['another version', '{"version":2,"findings":[]}'],
    ['no list', '{"version":1}'],
    ['no fingerprints', '{"version":1,"findings":[null]}'],
    ['null', 'null'],
  ])('that is none (%s) is refused', (_what, content) => {
    expect(codeOf(() => read(content))).toBe('PLIM_ERR_AUDIT_BASELINE');
  });

  test('that is missing is unreadable', () => {
    expect(codeOf(() => readBaseline('/nowhere/baseline.json'))).toBe('PLIM_ERR_FILE_UNREADABLE');
  });
});
