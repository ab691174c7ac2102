/** Bad input to `plimsoll run`: one clear line, a status that says what kind, and nothing started. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { LeakReport } from '../../src/diagnose/report/report.ts';
import { plimsoll } from '../helpers/program.ts';
import { withTempDir, writeTree } from '../helpers/temp-dir.ts';

const FILES = {
  'app.js': 'console.log("started")',
  'app.ts': 'console.log("started")',
  'data.json': '{}',
  'script.py': 'print("started")',
  'shell-script': '#!/bin/sh\necho started\n',
  'folder/index.js': 'console.log("started")',
  'plain.txt': '',
};

test.each<[string, readonly string[], number, string, string]>([
  ['a missing file', ['nothing.js'], 127, 'PLIM_ERR_PROGRAM_MISSING', '"nothing.js"'],
  ['a command without dashes', ['npm', 'start'], 127, 'PLIM_ERR_PROGRAM_MISSING', 'plimsoll run -- npm'],
  ['a folder', ['folder'], 126, 'PLIM_ERR_PROGRAM_FOREIGN', 'the folder folder'],
  ['data', ['data.json'], 126, 'PLIM_ERR_PROGRAM_FOREIGN', 'data.json'],
  ['another language', ['script.py'], 126, 'PLIM_ERR_PROGRAM_FOREIGN', 'script.py'],
  ['a shell script', ['shell-script'], 126, 'PLIM_ERR_PROGRAM_FOREIGN', 'shell-script'],
  ['a binary', [process.execPath], 126, 'PLIM_ERR_PROGRAM_FOREIGN', process.execPath],
  ['a JavaScript file after dashes', ['--', './app.js'], 126, 'PLIM_ERR_PROGRAM_FOREIGN', 'plimsoll run ./app.js'],
  ['an unknown command', ['--', 'no-such-command'], 127, 'PLIM_ERR_PROGRAM_MISSING', '"no-such-command"'],
  ['a file that cannot be executed', ['--', './plain.txt'], 126, 'PLIM_ERR_PROGRAM_START', './plain.txt'],
  ['no program', [], 2, 'PLIM_ERR_OPTION_INVALID', 'program'],
  ['an unknown option', ['--durration', '3s', 'app.js'], 2, 'PLIM_ERR_OPTION_UNKNOWN', 'Did you mean --duration?'],
  ['a duration that is none', ['--duration', 'soon', 'app.js'], 2, 'PLIM_ERR_OPTION_INVALID', '`--duration`'],
  ['an option without its value', ['--json'], 2, 'PLIM_ERR_OPTION_INVALID', '--json'],
  ['rounds of nothing', ['--rounds', '3', 'app.js'], 2, 'PLIM_ERR_OPTION_INVALID', '`--rounds`'],
  ['too few snapshots', ['--snapshots', '1', 'app.js'], 2, 'PLIM_ERR_OPTION_INVALID', 'from 2 to 9'],
  ['another verdict to fail on', ['--fail-on', 'none', 'app.js'], 2, 'PLIM_ERR_OPTION_INVALID', '`--fail-on`'],
  ['a form that there is not', ['--report', 'x.pdf', 'app.js'], 2, 'PLIM_ERR_OPTION_INVALID', '`--report`'],
  ['a page in no folder', ['--report', 'none/x.html', 'app.js'], 2, 'PLIM_ERR_FILE_UNWRITABLE', 'none/x.html'],
  ['a baseline that is none', ['--baseline', 'app.js', 'app.js'], 2, 'PLIM_ERR_LEAK_BASELINE', 'app.js'],
  [
    'a baseline that is to be written nowhere',
    ['--update-baseline', 'app.js'],
    2,
    'PLIM_ERR_OPTION_INVALID',
    '--baseline',
  ],
  [
    'a day that is none',
    ['--baseline', 'x.json', '--update-baseline', '--expires', 'soon', 'app.js'],
    2,
    'PLIM_ERR_OPTION_INVALID',
    '`--expires`',
  ],
  ['another service', ['--annotations', 'gitlab', 'app.js'], 2, 'PLIM_ERR_OPTION_INVALID', '`--annotations`'],
  ['the report on standard output', ['--json', '-', 'app.js'], 2, 'PLIM_ERR_OPTION_INVALID', '`--json`'],
  ['a report in no folder', ['--json', 'none/x.json', 'app.js'], 2, 'PLIM_ERR_FILE_UNWRITABLE', 'none/x.json'],
  ['a report over a folder', ['--json', 'folder', 'app.js'], 2, 'PLIM_ERR_FILE_UNWRITABLE', 'folder'],
  ['evidence where there can be none', ['--out', '/proc/none', 'app.js'], 2, 'PLIM_ERR_FILE_UNWRITABLE', '/proc/none'],
  ['evidence over a file', ['--out', 'data.json', 'app.js'], 2, 'PLIM_ERR_FILE_UNWRITABLE', 'data.json'],
])('%s', (_, args, status, code, mention) =>
  withTempDir(async (dir) => {
    writeTree(dir, FILES);
    const ended = await plimsoll(['run', ...args], { cwd: dir });
    expect(ended.stdout.toString()).toBe('');
    expect(ended.stderr).toMatch(/^plimsoll: [^\n]+\n$/);
    expect(ended.stderr).toContain(`(${code})`);
    expect(ended.stderr).toContain(mention);
    expect(ended.status).toBe(status);
    expect(new Set(fs.readdirSync(dir))).toEqual(new Set(Object.keys(FILES).map((name) => name.split('/')[0])));
  }),
);

test.skipIf(Boolean((process.features as { typescript?: unknown }).typescript))('TypeScript needs a loader', () =>
  withTempDir(async (dir) => {
    writeTree(dir, FILES);
    const ended = await plimsoll(['run', 'app.ts'], { cwd: dir });
    expect(ended.stderr).toContain('plimsoll run -- node --import tsx app.ts');
    expect(ended.status).toBe(126);
  }),
);

test('a folder for temporary files that cannot be written', () =>
  withTempDir(async (dir) => {
    writeTree(dir, FILES);
    const env = { ...process.env, TMPDIR: path.join(dir, 'none') };
    const ended = await plimsoll(['run', 'app.js'], { cwd: dir, env });
    expect(ended.stderr).toMatch(/^plimsoll: [^\n]+TMPDIR[^\n]+\(PLIM_ERR_FILE_UNWRITABLE\)\n$/);
    expect(ended.stdout.toString()).toBe('');
  }));

test('programs that leave at once or crash are explained, and their words and status stay', () =>
  withTempDir(async (dir) => {
    writeTree(dir, { 'leave.js': 'process.exit(3)', 'crash.js': 'throw new Error("ouch")', 'syntax.js': 'let let' });
    const leave = await plimsoll(['run', '--quiet', 'leave.js'], { cwd: dir });
    expect(leave.status).toBe(3);
    expect(leave.stderr).toContain('Verdict: UNCLEAR');
    const crash = await plimsoll(['run', '--quiet', 'crash.js'], { cwd: dir });
    expect(crash.status).toBe(1);
    expect(crash.stderr).toContain('Error: ouch');
    const syntax = await plimsoll(['run', '--quiet', 'syntax.js'], { cwd: dir });
    expect(syntax.status).toBe(1);
    expect(syntax.stderr).toContain('SyntaxError');
  }));

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && hasMount();

function hasMount(): boolean {
  return withTempDir((dir) => {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]).status === 0;
    if (mounted) execFileSync('umount', [dir]);
    return mounted;
  });
}

function inTwoFolders(use: (dir: string, other: string) => Promise<void>): Promise<void> {
  return withTempDir((dir) => withTempDir((other) => use(dir, other)));
}

test.skipIf(!canMount)('a disk that fills up costs the report file, not the program or the verdict (needs root)', () =>
  inTwoFolders(async (dir, other) => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]);
    try {
      const fill = `require('fs').writeFileSync(${JSON.stringify(path.join(dir, 'full'))}, Buffer.alloc(1e6))`;
      const script = `try { ${fill} } catch {} console.log('done')`;
      const json = path.join(dir, 'out.json');
      const out = ['--json', json, '--out', other];
      const ended = await plimsoll(['run', '--quiet', ...out, '--', process.execPath, '-e', script]);
      expect(ended.stdout.toString()).toBe('done\n');
      expect(ended.stderr).toContain('Verdict: ');
      expect(ended.stderr).toMatch(/plimsoll: --json \S+ cannot be written: ENOSPC\. \(PLIM_ERR_FILE_UNWRITABLE\)/);
      expect(ended.status).toBe(1);
      expect(fs.readdirSync(dir)).toEqual(['full']);
      const report = JSON.parse(fs.readFileSync(path.join(other, 'report.json'), 'utf8')) as LeakReport;
      expect(report.warnings.map(({ code }) => code)).toEqual(['PLIM_WARN_OUTPUT_LOST']);
    } finally {
      execFileSync('umount', [dir]);
    }
  }),
);
