import { expect, test } from 'vitest';
import { Progress, progressLine } from '../../../src/cli/snapshot/progress.ts';
import { Terminal } from '../../../src/cli/terminal.ts';

const MIB = 1024 ** 2;

test('bytes, share and the time left', () => {
  expect(progressLine('Reading a', 25 * MIB, 100 * MIB, 2_000, true)).toBe(
    'Reading a: 25 MiB of 100 MiB, 25 %, 6.0 s left',
  );
});

test('no time left is guessed from too little, none at the end', () => {
  expect(progressLine('Reading a', 1, 100, 100, false)).toBe('Reading a: 1 %');
  expect(progressLine('Reading a', 0, 100, 9_000, false)).toBe('Reading a: 0 %');
  expect(progressLine('Reading a', 100, 100, 9_000, false)).toBe('Reading a: 100 %');
});

test('more than was expected is never more than all', () => {
  expect(progressLine('Reading a', 120, 100, 9_000, false)).toBe('Reading a: 100 %');
  expect(progressLine('Reading a', 0, 0, 9_000, false)).toBe('Reading a: 100 %');
});

test('in the first second nothing is drawn', () => {
  const drawn: string[] = [];
  const terminal = new Terminal(() => ({ isTerminal: true, columns: 80, hasColors: false }));
  terminal.live = (text) => drawn.push(text);
  new Progress(terminal).show('Reading a', 1, 2, 'bytes');
  expect(drawn).toEqual([]);
});
