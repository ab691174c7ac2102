/** `npm run scenarios`: four scenarios in their small form (the gateway has a test of its own), and a command that fails when it has to. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bareNode, type ProgramEnded, StartedProgram } from '../helpers/program.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const COMMAND = path.resolve('scenarios/run.mjs');
const scenarios = (...args: string[]): Promise<ProgramEnded> => bareNode([COMMAND, ...args]);

/** A folder with one scenario, `one`, whose forms do what they are told. */
async function withScenario(
  forms: { naive?: string; plimsoll?: string; about?: string },
  use: (folder: string, docs: string) => Promise<void>,
): Promise<void> {
  await withTempDir(async (folder) => {
    const own = path.join(folder, 'one');
    fs.mkdirSync(own);
    fs.writeFileSync(path.join(own, 'run.mjs'), programOf(forms));
    if (forms.about !== undefined) fs.writeFileSync(path.join(own, 'about.mjs'), forms.about);
    await use(folder, path.join(folder, 'docs'));
  });
}

function programOf({ naive = 'print()', plimsoll = 'print()' }): string {
  return `
    const [form, ...rest] = process.argv.slice(2);
    const figures = { floorBytes: 2 ** 20, entries: 1, timers: 0, listeners: null, descriptors: null, hitRatio: null, throughput: 5, workLost: 0 };
    const check = (holds, row = 'nothing lost') => ({ row, source: 'MISSION 0', wanted: '0', got: holds ? '0' : '3', holds });
    const floors = Array.from({ length: 10 }, (_, i) => (i + 1) * 2 ** 20);
    const print = (changes = {}) =>
      console.log(JSON.stringify({ scenario: 'one', form, seed: Number(rest[1]), figures, floors, axis: 'days', checks: [check(true)], ran: rest.join(' '), ...changes }));
    if (form === 'naive') { ${naive} } else { ${plimsoll} }
  `;
}

/** Whether a process runs; one that has ended and waits to be taken note of does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the scenarios in their small form hold all their rows', () => {
  test.each(['thread-store', 'hardened-cache', 'session-broker', 'client-cache'])('%s', async (name) => {
    const ended = await scenarios(name, '--small');
    const missed = ended.stdout.toString().match(/^(MISSED|.*FAILED).*$/gm);
    expect({ status: ended.status, missed }).toEqual({ status: 0, missed: null });
    expect(ended.stdout.toString()).toMatch(/(\d+) of \1 rows held/);
  });
});

describe('the command', () => {
  test('prints the table and the rows, and writes the page when all were run', async () => {
    await withScenario(
      { about: 'export const title = "The one"; export const sizes = ["small"];' },
      async (folder, docs) => {
        const ended = await scenarios('--folder', folder, '--docs', docs, '--seed', '5');
        expect(ended.status).toBe(0);
        expect(ended.stdout.toString()).toContain('held     MISSION 0  nothing lost: 0 (0)');
        expect(ended.stdout.toString()).toContain('2 of 2 rows held');
        expect(fs.readFileSync(path.join(docs, 'scenarios.md'), 'utf8')).toContain('## The one\n');
        expect(fs.readFileSync(path.join(docs, 'scenarios.md'), 'utf8')).toContain('Seed 5; --seed 5.');
        expect(fs.readFileSync(path.join(docs, 'scenarios/one.svg'), 'utf8')).toContain('</svg>');
      },
    );
  });

  test('hands the small form to those that have one, and writes no page then', async () => {
    await withScenario(
      { about: 'export const sizes = ["small"];', plimsoll: 'print({ checks: [check(true, rest.join(" "))] })' },
      async (folder, docs) => {
        const ended = await scenarios('--folder', folder, '--docs', docs, '--small');
        expect(ended.stdout.toString()).toContain('--seed 20261120 --small: 0 (0)');
        expect(fs.existsSync(docs)).toBe(false);
      },
    );
  });

  test('fails when a row is missed, and says so in the page', async () => {
    await withScenario({ plimsoll: 'print({ checks: [check(true), check(false)] })' }, async (folder, docs) => {
      const ended = await scenarios('--folder', folder, '--docs', docs);
      expect(ended.status).toBe(1);
      expect(ended.stdout.toString()).toContain('2 of 3 rows held\nMISSED  one plimsoll: nothing lost: 3, wanted 0');
      expect(fs.readFileSync(path.join(docs, 'scenarios.md'), 'utf8')).toContain('| **missed** |');
    });
  });

  test.each([
    ['crashes', 'throw new Error("out of luck")', /it ended with status 1\n.*out of luck/s],
    ['is killed', 'process.kill(process.pid, "SIGKILL")', /it ended with SIGKILL/],
    ['hangs', 'setInterval(() => {}, 1000)', /it had not ended after 2 s/],
    [
      'hangs and ignores SIGTERM',
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)',
      /it had not ended after 2 s/,
    ],
    ['prints rubbish', 'console.log("hello")', /it printed what is no JSON: "hello"/],
    ['prints nothing', '', /it printed 0 lines, not one/],
    ['says more than its outcome', 'print(); console.log("done")', /it printed 2 lines, not one/],
    ['checks nothing', 'print({ checks: [] })', /its outcome is not in order: it checks nothing/],
    ['is of another form', 'print({ form: "naive" })', /it is of the form "naive"/],
  ])('fails when a run %s, and writes no page', async (_what, plimsoll, problem) => {
    await withScenario({ plimsoll }, async (folder, docs) => {
      const ended = await scenarios('--folder', folder, '--docs', docs, '--limit', '2');
      expect(ended.status).toBe(1);
      expect(ended.stdout.toString()).toMatch(problem);
      expect(ended.stdout.toString()).toContain('The page is not written: one plimsoll gave nothing.');
      expect(fs.existsSync(docs)).toBe(false);
    });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ended by %s takes its run with it', async (signal) => {
    const naive = `
      (await import('node:fs')).writeFileSync(new URL('../pid', import.meta.url), String(process.pid));
      setInterval(() => {}, 1000);`;
    await withScenario({ naive }, async (folder) => {
      const program = new StartedProgram(process.execPath, [COMMAND, '--folder', folder]);
      const file = path.join(folder, 'pid');
      while (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') === '')
        await new Promise((resolve) => setTimeout(resolve, 20));
      program.child.kill(signal);
      expect((await program.ended).status).toBe(signal === 'SIGTERM' ? 143 : 130);
      const pid = Number(fs.readFileSync(file, 'utf8'));
      await expect.poll(() => isAlive(pid)).toBe(false);
    });
  });

  test('ended in the middle says what there is by then, and leaves nothing running', async () => {
    const plimsoll = `
      const { spawn } = await import('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      (await import('node:fs')).writeFileSync(new URL('../pid', import.meta.url), String(child.pid));
      setInterval(() => {}, 1000);`;
    await withScenario({ plimsoll }, async (folder, docs) => {
      const program = new StartedProgram(process.execPath, [COMMAND, '--folder', folder, '--docs', docs]);
      const file = path.join(folder, 'pid');
      while (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') === '')
        await new Promise((resolve) => setTimeout(resolve, 20));
      // As npm does, which passes on what the terminal has sent to everybody.
      program.child.kill('SIGINT');
      program.child.kill('SIGINT');
      const { status, stdout, stderr } = await program.ended;
      expect(status).toBe(130);
      expect(stdout.toString()).toContain('1 of 1 rows held');
      expect(stderr).toContain('Ended by SIGINT. Not run to the end: one plimsoll.');
      const pid = Number(fs.readFileSync(file, 'utf8'));
      await expect.poll(() => isAlive(pid)).toBe(false);
      expect(fs.existsSync(docs)).toBe(false);
    });
  });

  test('says how it is used', async () => {
    await withScenario({ about: 'export const title = "The one";' }, async (folder) => {
      const ended = await scenarios('--help', '--folder', folder);
      expect(ended).toMatchObject({ status: 0, stderr: '' });
      expect(ended.stdout.toString()).toContain('  one  The one\n\n  --seed N         of the load (20261120)\n');
    });
  });

  test.each([
    [['nobody'], "There is no scenario 'nobody'. There are: one."],
    [['--seed', 'x'], 'Expected --seed to be number, got x.'],
    [['--seed', '1.5'], 'Expected --seed to be a whole number below 2^32, got 1.5.'],
    [['--small', '--long'], 'Expected one of --small and --long, got both.'],
    [['--small', '--page'], 'Expected --page without --small'],
    [['--wrong'], 'Unknown option --wrong.'],
  ])('refuses %j', async (args, message) => {
    await withScenario({}, async (folder) => {
      const names = args.filter((arg) => arg === 'nobody');
      const ended = await scenarios(...names, '--folder', folder, ...args.slice(names.length));
      expect({ status: ended.status, stdout: ended.stdout.toString() }).toEqual({ status: 2, stdout: '' });
      expect(ended.stderr).toContain(message);
    });
  });

  test('a scenario by itself refuses a form that there is not', async () => {
    const ended = await bareNode([path.resolve('scenarios/client-cache/run.mjs'), 'other']);
    expect(ended).toMatchObject({ status: 2, stderr: 'Expected one of naive and plimsoll, got other.\n' });
  });
});
