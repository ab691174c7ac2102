/**
 * Before the tests of the package: packs the tarball that npm would publish and installs it, without the network, in a
 * project outside the checkout. The tools of that project's tests (Jest, Vite, ...) lie in a folder above it.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { ENTRIES, fileNameOf, specifierOf } from '../../scripts/entries.mjs';
import { installTools } from '../../scripts/lib/tools.mjs';
import { compileUses } from './uses.ts';

/** The packed tarball and the project that it is installed in. */
export interface Packed {
  readonly tarball: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
  /** The project's folder: the files of `test/consumers/project`, and `test/uses` compiled. */
  readonly project: string;
  /** Why the tools are not there; `null` when they are. */
  readonly withoutTools: string | null;
}

declare module 'vitest' {
  export interface ProvidedContext {
    packed: Packed;
  }
}

interface PackReport {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

export default function setup({ provide }: TestProject): () => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-pack-'));
  const report = pack(packageFolder(folder), folder);
  const project = path.join(folder, 'project');
  install(report.filename, folder, project);
  const problem = installTools('test/consumers');
  fs.symlinkSync(path.resolve('test/consumers/node_modules'), path.join(folder, 'node_modules'));
  fs.cpSync('test/consumers/project', project, { recursive: true });
  const entries = ENTRIES.map((entry) => ({ specifier: specifierOf(entry), file: fileNameOf(entry) }));
  fs.writeFileSync(path.join(project, 'entries.json'), JSON.stringify(entries));
  compileUses(path.join(project, 'uses'));
  provide('packed', {
    tarball: path.join(folder, report.filename),
    files: report.files.map((file) => file.path),
    project,
    withoutTools: problem ?? null,
  });
  return () => fs.rmSync(folder, { recursive: true, force: true });
}

/** The checkout; with another build under test, a copy of what is packed of it with that build as its `dist`. */
function packageFolder(folder: string): string {
  const build = process.env['PLIMSOLL_DIST'];
  if (build === undefined) return '.';
  const copy = path.join(folder, 'package');
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'docs', 'src']) {
    fs.cpSync(name, path.join(copy, name), { recursive: true });
  }
  fs.cpSync(build, path.join(copy, 'dist'), { recursive: true });
  return copy;
}

function pack(what: string, folder: string): PackReport {
  const args = ['pack', what, '--json', '--ignore-scripts', '--pack-destination', folder];
  return (JSON.parse(execFileSync('npm', args, { encoding: 'utf8', stdio: 'pipe' })) as [PackReport])[0];
}

function install(tarball: string, folder: string, project: string): void {
  const { dependencies } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { dependencies: object };
  // The dependencies come as local tarballs too: nothing is asked of a registry.
  const others = Object.keys(dependencies).map((name) => pack(`./${path.join('node_modules', name)}`, folder).filename);
  const tarballs = [tarball, ...others].map((name) => path.join('..', name));
  fs.mkdirSync(project);
  fs.writeFileSync(path.join(project, 'package.json'), '{ "name": "project", "private": true }');
  execFileSync('npm', ['install', ...tarballs, '--offline', '--no-audit', '--no-fund'], {
    cwd: project,
    stdio: 'pipe',
  });
}
