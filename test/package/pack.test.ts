/** The tarball that npm would publish, and the command in the project that it is installed in. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { targetsOf } from '../../scripts/entries.mjs';

const { project, files } = inject('packed');
const installed = path.join(project, 'node_modules', 'plimsoll');
const pkg = JSON.parse(fs.readFileSync('package.json', 'utf8')) as {
  readonly bin: Record<string, string>;
  readonly exports: Record<string, unknown>;
};

/** What a program needs at run time, in its editor or in its debugger, and nothing else. */
const WANTED = [
  /^(?:LICENSE|README\.md|CHANGELOG\.md|SECURITY\.md|package\.json|dist\/cjs\/package\.json)$/,
  /^dist\/.*\.(?:js|d\.ts)(?:\.map)?$/,
  /^src\/.*\.ts$/,
  /^docs\/.*\.(?:md|json|svg)$/,
  // The page of a report: its style, and the settings under which its script is compiled.
  /^(?:dist|src)\/cli\/report\/html\/(?:style\.css|client\/tsconfig\.json)$/,
];

/** Made of modules that are there beside them, for a page and for a process that was started without us: no source of their own. */
const BUNDLES: readonly string[] = ['dist/cli/report/html/client.js', 'dist/cli/attach/attached-probe.js'];

/** Sources of a source map that are not there, as paths in the tarball. */
function lostSources(map: string): string[] {
  const { sources, sourceRoot } = JSON.parse(fs.readFileSync(path.join(installed, map), 'utf8')) as {
    sources: readonly string[];
    sourceRoot?: string;
  };
  const paths = sources.map((source) => path.posix.join(path.posix.dirname(map), sourceRoot ?? '', source));
  return paths.filter((source) => !source.startsWith('src/') || !files.includes(source));
}

describe('the tarball', () => {
  test('holds every file that an entry or the command leads to', () => {
    const names = new Set(files);
    const targets = [...targetsOf(pkg.exports), ...targetsOf(pkg.bin)].map((target) => path.posix.normalize(target));
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((target) => !names.has(target))).toEqual([]);
  });

  test('names its command as npm would write it, which else says that it corrects it', () => {
    expect(Object.values(pkg.bin).filter((file) => file !== path.posix.normalize(file))).toEqual([]);
  });

  test('holds the licence and the docs, and neither tests nor examples', () => {
    const tops = new Set(files.map((file) => file.split('/')[0]!));
    const wanted = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'dist', 'docs', 'package.json', 'src'];
    expect([...tops].sort()).toEqual(wanted);
    expect(files.filter((file) => /\.test\./.test(file) || !WANTED.some((kind) => kind.test(file)))).toEqual([]);
  });

  test('names no path of the machine that it was built on', () => {
    const machine = [process.cwd(), os.homedir(), os.tmpdir()].filter((folder) => folder.length > 4);
    const telling = files.filter((file) => {
      const text = fs.readFileSync(path.join(installed, file), 'utf8');
      return machine.some((folder) => text.includes(`${folder}/`) && folder !== '/tmp');
    });
    expect(telling).toEqual([]);
  });

  test('runs nothing when it is installed', () => {
    const { scripts } = JSON.parse(fs.readFileSync(path.join(installed, 'package.json'), 'utf8')) as {
      scripts: object;
    };
    const hooks = Object.keys(scripts).filter((name) => /^(?:pre|post)?(?:install|prepare|uninstall)$/.test(name));
    expect(hooks).toEqual([]);
  });

  test('holds a source for every module and a source map that leads there', () => {
    const modules = files.filter((file) => /^dist\/.*\.js$/.test(file) && !BUNDLES.includes(file));
    expect(modules.length).toBeGreaterThan(100);
    const sourceOf = (file: string): string => file.replace(/^dist\/(?:cjs\/)?/, 'src/').replace(/js$/, 'ts');
    expect(modules.filter((file) => !files.includes(sourceOf(file)) || !files.includes(`${file}.map`))).toEqual([]);
    expect(BUNDLES.filter((file) => !files.includes(file))).toEqual([]);
    const maps = files.filter((file) => file.endsWith('.map'));
    expect(maps.flatMap(lostSources)).toEqual([]);
  });
});

describe('the installed command', () => {
  test('runs', () => {
    const help = execFileSync('npx', ['--no-install', 'plimsoll', '--help'], { cwd: project, encoding: 'utf8' });
    expect(help).toMatch(/^Usage: plimsoll /);
    for (const command of ['run', 'snapshot', 'diff']) expect(help).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test('comes with its two dependencies and nothing else', () => {
    const lock = JSON.parse(fs.readFileSync(path.join(project, 'package-lock.json'), 'utf8')) as { packages: object };
    const names = ['', 'node_modules/commander', 'node_modules/plimsoll', 'node_modules/ws'];
    expect(Object.keys(lock.packages).sort()).toEqual(names);
  });
});
