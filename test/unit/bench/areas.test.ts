/** bench/README.md says what each area asks and how it measures. */
import fs from 'node:fs';
import { expect, test } from 'vitest';

const page = fs.readFileSync('bench/README.md', 'utf8');
const areas = fs.readdirSync('bench').filter((name) => fs.existsSync(`bench/${name}/index.mjs`));

test('its table has a row for each area, and for nothing else', () => {
  const named = Array.from(page.matchAll(/^\| `([\w-]+)` \|/gm), ([, name]) => name!);
  expect(named.sort()).toEqual(areas.sort());
});
