/** Help and version: whole, and without a word of complaint when nobody reads them (`| head`). */
import { expect, test } from 'vitest';
import { MAIN, plimsoll, StartedProgram } from '../helpers/program.ts';

test.each(['--help', '--version', 'help run', 'snapshot --help'])('%s', async (line) => {
  const args = line.split(' ');
  const read = await plimsoll(args);
  expect([read.status, read.stderr]).toEqual([0, '']);
  expect(read.stdout.toString()).toMatch(/^(?:Usage: plimsoll .*\n[^]*\S|\d+\.\d+\.\d+\S*)\n$/);

  const unread = new StartedProgram(process.execPath, [MAIN, ...args]);
  unread.child.stdout!.destroy();
  const { status, stderr } = await unread.ended;
  expect([status, stderr]).toEqual([0, '']);
});
