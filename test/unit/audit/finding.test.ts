import { describe, expect, test } from 'vitest';
import { asFindings, type Finding, type RawFinding } from '../../../src/audit/finding.ts';

const line = '  setInterval(() => this.sweep(), 1000);';

function at(lines: readonly string[], rule: string = 'dropped-interval'): readonly Finding[] {
  const raw: RawFinding[] = lines.flatMap((text, index) =>
    text.includes('setInterval') ? [{ rule, message: 'm', file: '/p/a.js', line: index + 1, column: 3 }] : [],
  );
  return asFindings(
    raw,
    (file) => file.slice(3),
    () => lines,
  );
}

describe('the fingerprint of a finding', () => {
  test('stays when lines before it come and indentation changes', () => {
    const [before] = at([line]);
    const [after] = at(['// new', '', `    ${line}`]);
    expect(after?.line).toBe(3);
    expect(after?.fingerprint).toBe(before?.fingerprint);
  });

  test('differs by rule, by text, and for the second line alike', () => {
    const [first, second] = at([line, line]);
    const [other] = at([line], 'race-timeout');
    const [changed] = at([line.replace('1000', '2000')]);
    const all = [first, second, other, changed].map((finding) => finding?.fingerprint);
    expect(new Set(all).size).toBe(4);
  });
});

test('findings stand in order of file, line and column, with what their rule says', () => {
  const raw: RawFinding[] = [
    { rule: 'race-timeout', message: 'c', file: '/p/b.js', line: 1, column: 1 },
    { rule: 'uncertain-collection', message: 'b', file: '/p/a.js', line: 10, column: 1 },
    { rule: 'race-timeout', message: 'a', file: '/p/a.js', line: 9, column: 1 },
  ];
  const found = asFindings(
    raw,
    (file) => file,
    () => [],
  );
  expect(found.map(({ message }) => message)).toEqual(['a', 'b', 'c']);
  expect(found[1]).toMatchObject({ family: 'collections', preset: 'strict' });
});
