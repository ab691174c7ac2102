/** `npm start -- ...` passes on what it is given, and what comes of it. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { withTempDir, writeTree } from '../helpers/temp-dir.ts';

function npmStart(userDir: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, INIT_CWD: userDir };
  return spawnSync(process.execPath, ['scripts/start.mjs', ...args], { env, encoding: 'utf8', timeout: 100_000 });
}

test('a program is looked for, and run, where the user is; its status is passed on', () => {
  withTempDir((dir) => {
    writeTree(dir, { 'app.js': 'console.log(process.cwd(), process.argv[2]); process.exitCode = 5;' });
    const { status, stdout } = npmStart(dir, 'run', '--quiet', 'app.js', '--port');
    expect(status).toBe(5);
    expect(stdout).toBe(`${fs.realpathSync(dir)} --port\n`);
  });
});

test('an error of the command line is passed on', () => {
  withTempDir((dir) => {
    const { status, stderr } = npmStart(dir, 'run', 'app.js');
    expect(status).toBe(127);
    expect(stderr).toContain('(PLIM_ERR_PROGRAM_MISSING)');
  });
});
