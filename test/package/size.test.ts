/** What a program's bundle grows by when it imports from an entry; `npm run size` prints the same table. */
import { expect, test } from 'vitest';
import { ENTRIES } from '../../scripts/entries.mjs';
import { formatSizes, sizesOf } from '../../scripts/size.mjs';

const sizes = await Promise.all(ENTRIES.map(sizesOf));
console.log(formatSizes(sizes.flat()));

test.each(ENTRIES.map((entry, at) => ({ ...entry, measured: sizes[at]! })))(
  '$name stays below its ceilings, and these close to it',
  ({ measured }) => {
    expect(measured.length).toBeGreaterThan(1);
    expect(measured.filter(({ brotli, ceiling }) => brotli > ceiling)).toEqual([]);
    // A ceiling far above says nothing: it comes down when the code has become smaller.
    expect(measured.filter(({ brotli, ceiling }) => ceiling > brotli * 1.2 + 100)).toEqual([]);
  },
);

test.each(ENTRIES.filter(({ anywhere }) => anywhere))('$name imports nothing of Node.js', (entry) => {
  const measured = sizes[ENTRIES.indexOf(entry)]!;
  expect(measured.flatMap(({ builtins }) => builtins)).toEqual([]);
});
