import { describe, expect, test } from 'vitest';
import { lint } from '../../../helpers/audit-lint.ts';
import { readPairs } from '../../../helpers/audit-pairs.ts';

const pairs = readPairs().filter(({ name }) => !name.endsWith('.ts'));

/** `rule:line` of each finding. */
function found(source: string, name: string): string[] {
  return lint(source, `src/${name}`)
    .map(({ rule, line }) => `${rule}:${line}`)
    .sort();
}

describe('the rules, on JavaScript', () => {
  test.each(pairs.map(({ name, source, leaks }) => [name, source, leaks] as const))('%s', (name, source, leaks) => {
    expect(found(source, name)).toEqual(leaks);
  });

  test.each([
    ['a test', 'src/thing.test.mjs'],
    ['a folder of tests', 'src/__tests__/thing.mjs'],
    ['a benchmark', 'bench/thing.mjs'],
    ['a script', 'scripts/thing.mjs'],
  ])('say nothing in %s', (_what, name) => {
    const leaky = pairs.find((pair) => pair.name === 'growing-memo.leaky.mjs')!;
    expect(found(leaky.source, 'thing.mjs')).toHaveLength(1);
    expect(lint(leaky.source, name)).toEqual([]);
  });

  test('say nothing in programs that end soon, in minified files and in those for browsers', () => {
    const { source } = pairs.find((pair) => pair.name === 'growing-memo.leaky.mjs')!;
    expect(lint(`#!/usr/bin/env node\n${source}`)).toEqual([]);
    expect(lint(`${source}\n// ${'x'.repeat(3000)}`)).toEqual([]);
    expect(lint(`${source}\ndocument.body.append('x');`)).toEqual([]);
  });
});
