/** The memory test of a service and the soak, as commands: what they say of services that do not start, or end too early. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bareNode, StartedProgram } from '../helpers/program.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const MEMORY_TEST = 'scenarios/memory-test.mjs';
const SOAK = 'scenarios/soak.mjs';
const fixture = (name: string): string => path.resolve('test/fixtures/run', name);

describe('the memory test of a service', () => {
  test('fails when after each round more is open', () =>
    withTempDir(async (dir) => {
      const env = { ...process.env, PORT_FILE: path.join(dir, 'port') };
      const load = `"${process.execPath}" "${fixture('load.cjs')}"`;
      const args = ['--rounds', '3', '--drive', load, '--', process.execPath, fixture('leaves-open.cjs')];
      const { status, stderr } = await bareNode([MEMORY_TEST, ...args], { env });
      expect(stderr).toContain('Open handles (Timeout) grew');
      expect(status).toBe(3);
    }));

  test('has the status of a service that does not start, or ends in the middle', async () => {
    const code = 'setTimeout(() => process.exit(7), 1500)';
    const early = await bareNode([MEMORY_TEST, '--drive', 'sleep 1', '--', process.execPath, '-e', code]);
    expect(early.status).toBe(7);
    const missing = await bareNode([MEMORY_TEST, '--drive', 'true', '--', './there-is-no-such-service']);
    expect(missing.status).toBe(127);
  });

  test.each([[['other']], [['--drive', 'true']], [['--unknown']], [['a', 'b']]])('refuses %j', async (args) => {
    expect(await bareNode([MEMORY_TEST, ...args])).toMatchObject({ status: 2 });
  });
});

describe('the soak', () => {
  test.each([[[]], [['--hours', '0']], [['--hours', 'long']], [['--days', '1']]])('refuses %j', async (args) => {
    const { status, stderr } = await bareNode([SOAK, ...args]);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('--hours N') as string });
  });

  test('ends early on Ctrl-C, with the verdict', async () => {
    const soak = new StartedProgram(process.execPath, [SOAK, '--hours', '1']);
    await soak.says('Ctrl-C ends it');
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    soak.child.kill('SIGINT');
    const { status, stdout, stderr } = await soak.ended;
    expect(stderr).toContain('━━━ Verdict: ');
    // So short a watch may well be too short to tell.
    const isNone = stderr.includes('Verdict: NONE');
    expect(stdout.toString()).toMatch(isNone ? /^soak: none: nothing grows$/m : /^soak: FAILED: the verdict is \w+/m);
    expect(status).toBe(isNone ? 0 : 1);
  });
});
