/** The tarball that npm would publish, installed in a project of its own without the network. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

const pkg = JSON.parse(fs.readFileSync('package.json', 'utf8')) as {
  readonly bin: Record<string, string>;
  readonly exports: Record<string, unknown>;
  readonly dependencies: Record<string, string>;
};
const project = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-pack-'));
let packed: Packed;

function pack(folder: string): Packed {
  const args = ['pack', folder, '--json', '--ignore-scripts', '--pack-destination', project];
  return (JSON.parse(execFileSync('npm', args, { encoding: 'utf8' })) as [Packed])[0];
}

/** What a module in the project prints, as JSON. */
function evaluate(source: string): unknown {
  fs.writeFileSync(path.join(project, 'probe.mjs'), source);
  return JSON.parse(execFileSync(process.execPath, ['probe.mjs'], { cwd: project, encoding: 'utf8' }));
}

/** Every file that the value of an export or of `bin` leads to. */
function targetsOf(value: unknown): string[] {
  return typeof value === 'string' ? [path.posix.normalize(value)] : Object.values(value as object).flatMap(targetsOf);
}

beforeAll(() => {
  packed = pack('.');
  // The dependencies come as local tarballs too: nothing is asked of a registry.
  const dependencies = Object.keys(pkg.dependencies).map((name) => pack(`./${path.join('node_modules', name)}`));
  const tarballs = [packed, ...dependencies].map(({ filename }) => `./${filename}`);
  fs.writeFileSync(path.join(project, 'package.json'), '{ "name": "project", "private": true }');
  execFileSync('npm', ['install', ...tarballs, '--offline', '--no-audit', '--no-fund'], { cwd: project });
});

afterAll(() => fs.rmSync(project, { recursive: true, force: true }));

describe('the tarball', () => {
  test('holds every file that an entry or the command leads to', () => {
    const names = new Set(packed.files.map((file) => file.path));
    const targets = [...targetsOf(pkg.exports), ...targetsOf(pkg.bin)];
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((target) => !names.has(target))).toEqual([]);
  });

  test('holds the licence and the docs, and neither tests nor examples', () => {
    const tops = new Set(packed.files.map((file) => file.path.split('/')[0]!));
    expect([...tops].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'package.json', 'src']);
  });
});

describe('an installed copy', () => {
  test('is one instance for import and require, through every entry', () => {
    const facts = evaluate(`
      import { createRequire } from 'node:module';
      import * as main from 'plimsoll';
      import * as errors from 'plimsoll/errors';
      import * as snapshot from 'plimsoll/snapshot';
      const require = createRequire(import.meta.url);
      const thrown = await snapshot.openSnapshot('missing.heapsnapshot').catch((error) => error);
      console.log(JSON.stringify({
        main: require('plimsoll').PlimsollError === main.PlimsollError,
        errors: require('plimsoll/errors').PlimsollError === errors.PlimsollError,
        snapshot: require('plimsoll/snapshot').openSnapshot === snapshot.openSnapshot,
        across: main.PlimsollError === errors.PlimsollError && thrown instanceof errors.FileError,
        code: thrown.code,
      }));`);
    expect(facts).toEqual({
      main: true,
      errors: true,
      snapshot: true,
      across: true,
      code: 'PLIM_ERR_FILE_UNREADABLE',
    });
  });

  test('starts nothing when it is imported', () => {
    const [before, after] = evaluate(`
      const look = () => ({
        handles: process.getActiveResourcesInfo().sort(),
        listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
        globals: Object.getOwnPropertyNames(globalThis).sort(),
      });
      const before = look();
      for (const entry of ['plimsoll', 'plimsoll/errors', 'plimsoll/snapshot']) await import(entry);
      console.log(JSON.stringify([before, look()]));`) as [unknown, unknown];
    expect(after).toEqual(before);
  });

  test('brings the command', () => {
    const help = execFileSync('npx', ['--no-install', 'plimsoll', '--help'], { cwd: project, encoding: 'utf8' });
    expect(help).toMatch(/^Usage: plimsoll /);
    for (const command of ['run', 'snapshot', 'diff']) expect(help).toMatch(new RegExp(`^  ${command} `, 'm'));
  });
});
