import fs from 'node:fs';
import v8 from 'node:v8';
import { threadId } from 'node:worker_threads';
import { memoryLimit, survivorLimit } from '../../runtime/index.ts';
import type { Hello } from '../wire.ts';
import { launcherOf } from './launcher.ts';

function withRealScript(argv: readonly string[]): readonly string[] {
  if (argv[1] === undefined) return argv;
  try {
    return argv.with(1, fs.realpathSync(argv[1]));
  } catch {
    return argv;
  }
}

/** The name of the launcher that this process is; `null` for a program of its own. */
export function ownLauncher(): string | null {
  return launcherOf(withRealScript(process.argv), process.execArgv);
}

/**
 * Who this thread is.
 *
 * @param startedAt - when it started, ms on the clock of `now`
 */
export function sayHello(startedAt: number): Hello {
  const { heap_size_limit: heapLimitBytes } = v8.getHeapStatistics();
  return {
    kind: 'hello',
    pid: process.pid,
    ppid: process.ppid,
    threadId,
    argv: process.argv,
    execArgv: process.execArgv,
    cwd: process.cwd(),
    node: process.version,
    startedAt: performance.timeOrigin + startedAt,
    heapLimitBytes,
    survivorLimitBytes: survivorLimit(heapLimitBytes),
    memoryLimitBytes: memoryLimit(),
    launcher: ownLauncher(),
  };
}
