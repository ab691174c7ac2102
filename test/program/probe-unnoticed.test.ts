/** A program under watch runs as it would without: same output, same end, nothing that it could see or trip over. */
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { withTempDir } from '../helpers/temp-dir.ts';
import { type Ended, fixture, runBare, startsAndKills } from './probe-runner.ts';

const watch = startsAndKills();

/** One listener more takes another way through Node's own code, which shows in the line numbers of a stack. */
function withoutNodesOwnLines(ended: Ended): Ended {
  return { ...ended, stderr: ended.stderr.replaceAll(/\(node:.*\)/g, '(node)') };
}

interface Look {
  readonly listeners: Readonly<Record<string, number>>;
}

test('it sees one listener more for exit and for new listeners than without, and nothing else', async () => {
  await withTempDir(async (dir) => {
    const bare = JSON.parse((await runBare([fixture('look.cjs')])).stdout) as Look;
    const watched = JSON.parse((await watch(dir, [fixture('look.cjs')]).ended).stdout) as Look;
    const more = (event: string): number => (bare.listeners[event] ?? 0) + 1;
    const listeners = { ...bare.listeners, exit: more('exit'), newListener: more('newListener') };
    expect(watched).toEqual({ ...bare, listeners });
  });
});

test('it is warned of too many exit listeners where it would be without, and not before', async () => {
  await withTempDir(async (dir) => {
    const bare = await runBare([fixture('ten-listeners.cjs')]);
    const watched = await watch(dir, [fixture('ten-listeners.cjs')]).ended;
    expect(JSON.parse(watched.stdout)).toEqual(JSON.parse(bare.stdout));
    expect(JSON.parse(bare.stdout)).toEqual([
      { listeners: 10, warnings: 0, most: 10 },
      { listeners: 11, warnings: 1, most: 10 },
    ]);
  });
});

test.each([
  ['crashes', 'crash.cjs', 1],
  ['throws in its own exit handler', 'throw-at-exit.cjs', 7],
  ['calls process.exit', 'leave.cjs', 7],
])('it ends the same way when it %s', async (_, name) => {
  await withTempDir(async (dir) => {
    const bare = await runBare([fixture(name), '700']);
    const program = watch(dir, [fixture(name), '700']);
    await program.until('hello');
    program.order(null, true);
    const watched = await program.ended;
    expect(withoutNodesOwnLines(watched)).toEqual<Ended>(withoutNodesOwnLines(bare));
    expect(program.messages().some(({ kind }) => kind === 'snapshot-end')).toBe(true);
    expect(program.messages().at(-1)).toMatchObject({ kind: 'exit' });
  });
});

test('it goes on when the session folder is gone, and the folder stays gone', async () => {
  await withTempDir(async (dir) => {
    const program = watch(dir, [fixture('leave.cjs'), '1500']);
    await program.until('floor');
    fs.rmSync(program.session, { recursive: true });
    expect(await program.ended).toEqual({ status: 7, signal: null, stdout: '', stderr: '' });
    expect(fs.existsSync(program.session)).toBe(false);
  });
});

test.each([
  ['no session at all', { PLIMSOLL_SESSION: '' }],
  ['a session folder that never was', { PLIMSOLL_SESSION: '/nowhere/at/all' }],
  ['settings that are rubbish', { PLIMSOLL_SETTINGS: '{"' }],
])('it runs as ever with %s', async (_, env) => {
  await withTempDir(async (dir) => {
    const program = watch(dir, [fixture('leave.cjs'), '500'], { env });
    expect(await program.ended).toEqual({ status: 7, signal: null, stdout: '', stderr: '' });
    expect(fs.readdirSync(program.outDir)).toEqual([]);
  });
});

test('it may fake its timers, its clock and its files', async () => {
  await withTempDir(async (dir) => {
    const program = watch(dir, [fixture('fake-timers.cjs')]);
    await program.until('hello');
    program.order('floor');
    expect(await program.ended).toMatchObject({ status: 0, stderr: '' });
    const messages = program.messages();
    const floors = messages.filter((message) => message.kind === 'floor');
    expect(floors.some(({ order }) => order === 1)).toBe(true);
    expect(floors.at(-1)!.at).toBeGreaterThan(1_000);
    expect(messages.at(-1)).toMatchObject({ kind: 'exit' });
  });
});

test('what it prints is not kept alive by the profiler', async () => {
  await withTempDir(async (dir) => {
    const { status, stderr } = await watch(dir, [fixture('console.cjs')], { settings: { intervalMs: 200 } }).ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'alive 0' });
  });
});
