/** Every example does what its README says: the command that stands there is run, asked, and its output looked at. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check, cleanUp, ELSEWHERE, EXAMPLES, isLeftOut, prepare } from '../helpers/examples.ts';

beforeAll(prepare);
afterAll(cleanUp);

test('every example is listed, and nothing else', () => {
  const listed = [...Object.keys(EXAMPLES), ...Object.keys(ELSEWHERE)];
  expect(fs.readdirSync('examples').toSorted()).toEqual(listed.toSorted());
  for (const [name, file] of Object.entries(ELSEWHERE)) expect(fs.readFileSync(file, 'utf8')).toContain(name);
});

for (const [name, example] of Object.entries(EXAMPLES).filter(([, { isLong = false }]) => !isLong)) {
  test.skipIf(isLeftOut(example))(name, () => check(name, example));
}

test('the load line’s other end is as told: without it the program dies', () => {
  const args = ['--max-old-space-size=64', 'pages.mjs', 'without'];
  const { signal, stderr } = spawnSync(process.execPath, args, {
    cwd: 'examples/load-line',
    encoding: 'utf8',
    timeout: 100_000,
  });
  expect([signal, stderr.includes('heap out of memory')]).toEqual(['SIGABRT', true]);
});
