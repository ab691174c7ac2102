import { expect, it } from 'vitest';
import { formatTable } from '../../../bench/lib/table.mjs';

it('aligns names to the left and figures to the right', () => {
  expect(
    formatTable(
      ['engine', 'CPU s'],
      [
        ['a', 1],
        ['prototype', '12.50'],
      ],
    ),
  ).toBe(['  engine     CPU s', '  a              1', '  prototype  12.50'].join('\n'));
});
