/** A real control group with a memory limit, where this machine lets us make one. */
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';

const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';

/** Why none can be made, or where. */
function findParent(): { readonly reason: string } | { readonly folder: string; readonly version: 1 | 2 } {
  if (process.platform !== 'linux') return { reason: 'there are control groups on Linux only' };
  if (process.getuid?.() !== 0) return { reason: 'making a control group takes root' };
  if (fs.existsSync(path.join(V1, 'memory.limit_in_bytes'))) return { folder: V1, version: 1 };
  const controllers = path.join(V2, 'cgroup.subtree_control');
  if (fs.existsSync(controllers) && fs.readFileSync(controllers, 'utf8').includes('memory')) {
    return { folder: V2, version: 2 };
  }
  return { reason: 'no memory controller is mounted for us' };
}

/** Why a test with a real limit cannot run; `undefined` when it can. */
export function noMemoryCgroup(): string | undefined {
  const parent = findParent();
  if ('reason' in parent) return parent.reason;
  try {
    removeGroup(makeGroup(64 * 1024 * 1024));
    return undefined;
  } catch (error) {
    return `the control group could not be made: ${String(error)}`;
  }
}

/** Makes a group with this limit and gives its folder. */
export function makeGroup(limitBytes: number): string {
  const parent = findParent();
  if ('reason' in parent) throw new Error(parent.reason);
  const folder = path.join(parent.folder, `plimsoll-test-${process.pid}-${Date.now()}`);
  fs.mkdirSync(folder);
  const limitFile = parent.version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
  fs.writeFileSync(path.join(folder, limitFile), String(limitBytes));
  return folder;
}

/** Removes a group in which nothing runs any more. */
export function removeGroup(folder: string): void {
  fs.rmdirSync(folder);
}

/** Runs Node.js to its end inside a group with this limit; the group is removed. */
export function nodeInCgroup(
  limitBytes: number,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Pick<SpawnSyncReturns<string>, 'status' | 'signal' | 'stdout' | 'stderr'> {
  const folder = makeGroup(limitBytes);
  try {
    // The shell enters the group before it becomes Node.js.
    const script = 'echo $$ > "$0/cgroup.procs" && exec "$@"';
    const { status, signal, stdout, stderr } = spawnSync('sh', ['-c', script, folder, process.execPath, ...args], {
      env,
      encoding: 'utf8',
      timeout: 100_000,
    });
    return { status, signal, stdout, stderr };
  } finally {
    removeGroup(folder);
  }
}
