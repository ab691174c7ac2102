import fs from 'node:fs';
import v8 from 'node:v8';
import { threadId } from 'node:worker_threads';
import { memoryLimit } from '../../runtime/index.ts';
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

/**
 * Who this thread is.
 *
 * @param startedAt - when it started, ms on the clock of `now`
 */
export function sayHello(startedAt: number): Hello {
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
    heapLimitBytes: v8.getHeapStatistics().heap_size_limit,
    memoryLimitBytes: memoryLimit(),
    launcher: launcherOf(withRealScript(process.argv), process.execArgv),
  };
}
