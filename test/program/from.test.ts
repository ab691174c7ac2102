/** What docs/from says of close-with-grace and terminus, and of us beside them: real programs and real signals. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { DIST, StartedProgram } from '../helpers/program.ts';
import { serviceOrSkip } from '../helpers/service.ts';

const isThere = ['close-with-grace', '@godaddy/terminus'].every((name) =>
  fs.existsSync(path.join('test/peers/node_modules', name)),
);

const started: StartedProgram[] = [];
afterEach(() => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
});

async function start(way: string, hook: 'well' | 'hangs'): Promise<StartedProgram & { listens: string[] }> {
  const program = new StartedProgram(process.execPath, ['test/fixtures/from/ending.mjs', way, hook], {
    env: { ...process.env, PLIMSOLL_DIST: DIST },
  });
  started.push(program);
  await program.says('}\n');
  return Object.assign(program, JSON.parse(program.output) as { listens: string[] });
}

describe.skipIf(serviceOrSkip('the packages of test/peers', isThere))('after SIGTERM', () => {
  test.each([
    ['close-with-grace', 0, null],
    ['terminus', null, 'SIGTERM'],
    ['plimsoll', null, 'SIGTERM'],
  ] as const)('%s ends with status %s, signal %s', async (way, status, signal) => {
    const program = await start(way, 'well');
    program.child.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ status, signal });
    expect(program.output).toContain('closed');
  });

  test.each([
    ['close-with-grace', 1],
    ['plimsoll', 1],
  ] as const)('%s has a deadline for a hook that hangs', async (way, status) => {
    const program = await start(way, 'hangs');
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(status);
  });

  test('terminus has none, and hears no second signal', async () => {
    const program = await start('terminus', 'hangs');
    program.child.kill('SIGTERM');
    await pause(3_000);
    program.child.kill('SIGTERM');
    await pause(1_000);
    expect([program.child.exitCode, program.child.signalCode]).toEqual([null, null]);
  });
});

test.skipIf(serviceOrSkip('the packages of test/peers', isThere))('what each listens to', async () => {
  expect((await start('terminus', 'well')).listens).toEqual(['SIGTERM']);
  const ours = (await start('plimsoll', 'well')).listens;
  expect(ours).toEqual(['SIGINT', 'SIGTERM', 'beforeExit']);
  const theirs = (await start('close-with-grace', 'well')).listens;
  expect(theirs).toEqual(expect.arrayContaining([...ours, 'SIGSEGV', 'uncaughtException', 'unhandledRejection']));
});
