import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../bench/lib/options.mjs';

const rules = {
  mb: { kind: 'numbers' as const, value: [50], help: '' },
  rounds: { kind: 'number' as const, value: 5, help: '' },
  only: { kind: 'names' as const, value: ['a'], help: '' },
  keep: { kind: 'flag' as const, value: false, help: '' },
  dist: { kind: 'text' as const, value: 'dist', help: '' },
};

describe('readOptions', () => {
  it('gives the defaults when nothing is said', () => {
    expect(readOptions(rules, [])).toEqual({ mb: [50], rounds: 5, only: ['a'], keep: false, dist: 'dist' });
  });

  it('reads every kind, apart and with an equals sign', () => {
    const words = ['--mb', '50,240', '--rounds=0', '--only', 'b, c', '--keep', '--dist=dist=x'];
    expect(readOptions(rules, words)).toEqual({
      mb: [50, 240],
      rounds: 0,
      only: ['b', 'c'],
      keep: true,
      dist: 'dist=x',
    });
  });

  it.each([
    [['--speed', '3'], 'Unknown option --speed. There are: --mb'],
    [['--toString', '3'], 'Unknown option --toString'],
    [['fast'], "got 'fast'"],
    [['--rounds'], 'Expected --rounds to be number, got nothing'],
    [['--rounds', 'many'], 'got many'],
    [['--rounds', '-1'], 'got -1'],
    [['--rounds', ''], 'Expected --rounds'],
    [['--mb', '50,,60'], 'got 50,,60'],
  ])('refuses %j', (words, message) => {
    expect(() => readOptions(rules, words)).toThrow(message);
  });
});
