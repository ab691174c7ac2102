/** How the tools that few need come into their folder, with an npm that misbehaves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const TOOLS = pathToFileURL(path.resolve('scripts/lib/tools.mjs')).href;
const OTHER_SYSTEM = process.platform === 'win32' ? 'linux' : 'win32';
const LOCK = {
  packages: {
    '': { name: 'some-tools' },
    'node_modules/plain': { version: '1.0.0' },
    'node_modules/ours': { version: '1.0.0', optional: true, os: [process.platform], cpu: process.arch },
    'node_modules/theirs': { version: '1.0.0', optional: true, os: [OTHER_SYSTEM] },
    'node_modules/of-theirs': { version: '1.0.0', optional: true },
    'node_modules/not-ours': { version: '1.0.0', optional: true, os: [`!${process.platform}`] },
  },
};

/** An npm that takes a while, counts its runs, and at first goes without an optional package, as npm does. */
const NPM = `#!${process.execPath}
const fs = require('node:fs');
const runs = process.env.RUNS;
fs.appendFileSync(runs, 'x');
const isPartial = fs.readFileSync(runs, 'utf8').length <= Number(process.env.PARTIAL);
if (process.env.FAILS) { console.error('the registry says no'); process.exit(1); }
for (const name of isPartial ? ['plain'] : ['plain', 'ours']) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  fs.mkdirSync('node_modules/' + name, { recursive: true });
  fs.writeFileSync('node_modules/' + name + '/package.json', '{}');
}
`;

let folder: string;
let runs: string;

beforeEach(() => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-tools-'));
  folder = path.join(base, 'tools');
  runs = path.join(base, 'runs');
  fs.mkdirSync(folder);
  fs.mkdirSync(path.join(base, 'bin'));
  fs.writeFileSync(runs, '');
  fs.writeFileSync(path.join(base, 'bin/npm'), NPM, { mode: 0o755 });
  fs.writeFileSync(path.join(folder, 'package.json'), '{}');
  fs.writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(LOCK));
});

afterEach(() => fs.rmSync(path.dirname(folder), { recursive: true, force: true }));

/** In a process of its own: the problem, or `null`. */
async function installTools(env: Record<string, string> = {}): Promise<string | null> {
  const code = `import { installTools } from '${TOOLS}'; console.log(JSON.stringify(installTools(process.argv[1]) ?? null));`;
  const PATH = `${path.join(path.dirname(folder), 'bin')}${path.delimiter}${process.env['PATH']}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code, folder], {
    env: { ...process.env, PATH, RUNS: runs, PARTIAL: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child, 'close');
  return JSON.parse(text.trim().split('\n').at(-1)!) as string | null;
}

const timesRun = (): number => fs.readFileSync(runs, 'utf8').length;
const installed = (): string[] => fs.readdirSync(path.join(folder, 'node_modules')).sort();
const TOLD = ['.installed-lock.json', 'ours', 'plain'];

test('a package for this system that npm went without is asked for again', async () => {
  expect(await installTools({ PARTIAL: '1' })).toBeNull();
  expect(timesRun()).toBe(2);
  expect(installed()).toEqual(TOLD);
});

test('what stays away is named, and is asked for again the next time', async () => {
  expect(await installTools({ PARTIAL: '3' })).toMatch(/failed 3 times: it left out node_modules\/ours$/);
  expect(fs.readdirSync(folder).sort()).toEqual(['package-lock.json', 'package.json']);
  expect(await installTools({ FAILS: '1' })).toMatch(/failed 3 times: the registry says no$/);
  expect(await installTools()).toBeNull();
  expect(installed()).toEqual(TOLD);
});

test('is done once, and again for another lock', async () => {
  await installTools();
  await installTools();
  expect(timesRun()).toBe(1);
  fs.writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify({ ...LOCK, version: '2.0.0' }));
  expect(await installTools()).toBeNull();
  expect(timesRun()).toBe(2);
});

test('processes that begin at once take nothing from each other', async () => {
  expect(await Promise.all(Array.from({ length: 6 }, () => installTools()))).toEqual(Array(6).fill(null));
  expect(installed()).toEqual(TOLD);
  expect(fs.readdirSync(folder).sort()).toEqual(['node_modules', 'package-lock.json', 'package.json']);
});
