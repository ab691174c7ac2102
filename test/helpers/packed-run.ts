/** Runs programs in the project that the packed package is installed in. */
import { spawnSync } from 'node:child_process';
import { inject } from 'vitest';

const { project } = inject('packed');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly all: string;
}

/** To its end, without the options that this process was started with. */
export function runInProject(program: string, args: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: project,
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
    encoding: 'utf8',
    timeout: 200_000,
  });
  return { status, stdout, all: stdout + stderr };
}
