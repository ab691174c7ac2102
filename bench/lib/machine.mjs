import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { root } from './paths.mjs';

/** What a figure depends on besides the code. */
export function describeMachine() {
  const cpus = os.cpus();
  return {
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    memoryMb: Math.round(os.totalmem() / 2 ** 20),
    commit: commit(),
  };
}

/** Load averages of 1, 5 and 15 minutes. */
export function loadAverage() {
  return os.loadavg().map((load) => Number(load.toFixed(2)));
}

/** The commit that was measured, with `+` when files differ from it; `null` outside a checkout. */
function commit() {
  const git = (...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'bench').trim() !== '';
    return git('rev-parse', '--short=12', 'HEAD').trim() + (changed ? '+' : '');
  } catch {
    return null;
  }
}
