import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { quoteNodeOption, SessionFolder, watchedEnvironment } from '../../../src/cli/run/session.ts';
import { SESSION_VARIABLE, SETTINGS_VARIABLE } from '../../../src/diagnose/wire.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

const SETTINGS = { maxPauseMs: 1, outDir: '/out', snapshots: true };

test('Node.js reads our quoting back', () =>
  withTempDir((dir) => {
    const file = path.join(dir, 'a "quoted" \\ \'name\'  of blanks.cjs');
    fs.writeFileSync(file, 'console.log("loaded")');
    const env = { ...process.env, NODE_OPTIONS: `--require ${quoteNodeOption(file)}` };
    expect(execFileSync(process.execPath, ['-e', '0'], { env, encoding: 'utf8' })).toBe('loaded\n');
  }));

test('the environment is the program’s own, with the preload after what was there', () => {
  const env = watchedEnvironment({ A: '1', NODE_OPTIONS: '--max-old-space-size=99' }, '/s', SETTINGS, '/p.js');
  expect(env).toEqual({
    A: '1',
    NODE_OPTIONS: '--max-old-space-size=99 --require "/p.js"',
    [SESSION_VARIABLE]: '/s',
    [SETTINGS_VARIABLE]: JSON.stringify(SETTINGS),
  });
  expect(watchedEnvironment({ NODE_OPTIONS: ' ' }, '/s', SETTINGS, '/p.js')['NODE_OPTIONS']).toBe('--require "/p.js"');
});

test('the session folder is private, and gone with all that is in it', () => {
  const session = new SessionFolder();
  expect(fs.statSync(session.dir).mode & 0o777).toBe(0o700);
  fs.mkdirSync(path.join(session.dir, 'evidence'));
  fs.writeFileSync(path.join(session.dir, 'evidence', 'x'), '');
  session.dispose();
  expect(fs.existsSync(session.dir)).toBe(false);
  expect(() => session.dispose()).not.toThrow();
});
