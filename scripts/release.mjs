#!/usr/bin/env node
// `npm run release`: looks whether this checkout may be published as what package.json says, and shows what would be.
// `npm run release -- --publish`: publishes it, with provenance, which takes a CI that vouches for where it was built.
// --no-check leaves out `npm run check`, for a look at the rest.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './lib/paths.mjs';

const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const VERSION = /^\d+\.\d+\.\d+(?:-[a-z]+\.\d+)?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/**
 * What keeps a checkout from being released; empty when nothing does.
 *
 * @param {{ pkg: any, lock: any, changelog: string, status: string, tags: readonly string[], env: Readonly<Record<string, string | undefined>>, isPublishing: boolean }} about
 */
export function releaseProblems({ pkg, lock, changelog, status, tags, env, isPublishing }) {
  const { version } = pkg;
  const heading = new RegExp(`^## ${version.replaceAll('.', String.raw`\.`)} \\((.+)\\)$`, 'm').exec(changelog);
  const unreleased = /^## Unreleased\n+(?=- )/m.test(changelog);
  const at = tags.includes(`v${version}`);
  return [
    ...(VERSION.test(version) ? [] : [`the version ${version} is neither x.y.z nor x.y.z-word.n`]),
    ...(lock.version === version && lock.packages[''].version === version
      ? []
      : [`package-lock.json says ${lock.version}, package.json ${version}: run npm install --package-lock-only`]),
    ...(heading === null ? [`CHANGELOG.md has no heading "## ${version} (YYYY-MM-DD)"`] : []),
    ...(heading !== null && !DAY.test(heading[1]) ? [`CHANGELOG.md dates ${version} with ${heading[1]}`] : []),
    ...(unreleased ? ['CHANGELOG.md has lines under "Unreleased"'] : []),
    ...(status === '' ? [] : [`the checkout has changes:\n${status}`]),
    ...(pkg.private === true ? ['package.json is private'] : []),
    ...(isPublishing && !at ? [`this commit has no tag v${version}`] : []),
    ...(isPublishing && env.CI === undefined ? ['--publish is for CI, which can vouch for where it was built'] : []),
    ...(isPublishing && pkg.repository === undefined
      ? ['package.json names no repository, which provenance is checked against']
      : []),
  ];
}

/** Arguments of `npm publish`: a release candidate is never what `npm install plimsoll` gives. */
export function publishArguments(version, isPublishing) {
  const tag = version.includes('-') ? 'next' : 'latest';
  return ['publish', '--provenance', '--access', 'public', '--tag', tag, ...(isPublishing ? [] : ['--dry-run'])];
}

function main(args) {
  const isPublishing = args.includes('--publish');
  const pkg = JSON.parse(read('package.json'));
  const problems = releaseProblems({
    pkg,
    lock: JSON.parse(read('package-lock.json')),
    changelog: read('CHANGELOG.md'),
    status: git('status', '--porcelain'),
    tags: git('tag', '--points-at', 'HEAD').split('\n'),
    env: process.env,
    isPublishing,
  });
  for (const problem of problems) console.error(`release: ${problem}`);
  if (problems.length > 0) return 1;
  if (!args.includes('--no-check') && run('npm', ['run', 'check']) !== 0) {
    console.error('release: npm run check has failed');
    return 1;
  }
  if (run('npm', ['run', 'build']) !== 0) return 1;
  return run('npm', publishArguments(pkg.version, isPublishing));
}

function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

if (process.argv[1] === import.meta.filename) process.exitCode = main(process.argv.slice(2));
