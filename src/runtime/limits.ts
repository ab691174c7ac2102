/**
 * How much memory a process may still take: by its container (cgroup v2 or v1, every level above it counts) and by the
 * machine. Linux only for containers; elsewhere the machine alone is asked.
 */
import os from 'node:os';
import { readText, type ReadText } from './text-file.ts';

/** What is left of the tighter limit, bytes. */
export interface MemoryRoom {
  readonly freeBytes: number;
  readonly limitBytes: number;
  /** Whose limit it is. */
  readonly of: 'container' | 'machine';
}

/** A folder of the cgroup tree that may hold a memory limit. */
export interface CgroupFolder {
  readonly version: 1 | 2;
  readonly path: string;
}

/** cgroup v1 writes "no limit" as the largest number of pages. */
const NO_LIMIT_V1 = 2 ** 60;

/** Undoes the octal escapes (`\040`) of /proc/self/mountinfo. */
function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

interface CgroupMount {
  readonly version: 1 | 2;
  readonly root: string;
  readonly point: string;
}

function memoryMounts(mountInfo: string): CgroupMount[] {
  const mounts: CgroupMount[] = [];
  for (const line of mountInfo.split('\n')) {
    const [left, right] = line.split(' - ');
    const [type, , options = ''] = right?.split(' ') ?? [];
    const [, , , root = '/', point = ''] = left?.split(' ') ?? [];
    const version = type === 'cgroup2' ? 2 : type === 'cgroup' && options.split(',').includes('memory') ? 1 : null;
    if (version !== null && point !== '')
      mounts.push({ version, root: unescapeMount(root), point: unescapeMount(point) });
  }
  return mounts;
}

/** The process's path in the memory hierarchy of `version`, from the lines `id:controllers:path`. */
function cgroupPath(cgroups: string, version: 1 | 2): string | null {
  for (const line of cgroups.split('\n')) {
    const [id, controllers, ...path] = line.split(':');
    const isMemory = version === 2 ? id === '0' && controllers === '' : controllers?.split(',').includes('memory');
    if (isMemory) return path.join(':');
  }
  return null;
}

/** A path below a mount, seen from the mount: what is outside its root shows as the root itself. */
function pathBelow(root: string, path: string): string[] {
  const steps = path.split('/').filter((step) => step !== '');
  if (steps.includes('..')) return [];
  const rootSteps = root.split('/').filter((step) => step !== '');
  return rootSteps.every((step, i) => steps[i] === step) ? steps.slice(rootSteps.length) : [];
}

/**
 * Folders whose limits bind a process, its own first and then each above it.
 *
 * @param cgroups - text of `/proc/<pid>/cgroup`
 * @param mountInfo - text of `/proc/<pid>/mountinfo`
 */
export function cgroupFolders(cgroups: string, mountInfo: string): CgroupFolder[] {
  const folders: CgroupFolder[] = [];
  for (const { version, root, point } of memoryMounts(mountInfo)) {
    const path = cgroupPath(cgroups, version);
    if (path === null) continue;
    const steps = pathBelow(root, path);
    for (let depth = steps.length; depth >= 0; depth--) {
      folders.push({ version, path: [point, ...steps.slice(0, depth)].join('/') });
    }
  }
  return folders;
}

function statFigure(text: string | null, name: string): number {
  const match = text === null ? null : new RegExp(`^${name} (\\d+)$`, 'm').exec(text);
  return match === null ? 0 : Number(match[1]);
}

/** A whole number alone in its file; `null` for `max`, and for what is none. */
function readFigure(text: string | null): number | null {
  return text !== null && /^\s*\d+\s*$/.test(text) ? Number(text) : null;
}

/** What a folder of the tree holds, and may; the limit is `null` without one. */
export interface CgroupMemory {
  readonly limitBytes: number | null;
  /** In use, without the page cache that nobody used of late: as Kubernetes counts it. */
  readonly workingSetBytes: number;
}

function folderMemory({ version, path }: CgroupFolder, read: ReadText): CgroupMemory | null {
  const [limitFile, usageFile, cacheName] =
    version === 2
      ? ['memory.max', 'memory.current', 'inactive_file']
      : ['memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_inactive_file'];
  const usage = readFigure(read(`${path}/${usageFile}`));
  if (usage === null) return null;
  const limit = readFigure(read(`${path}/${limitFile}`));
  // Page cache that nobody used of late is given up first: it is no obstacle.
  const workingSetBytes = Math.max(0, usage - statFigure(read(`${path}/memory.stat`), cacheName));
  return { limitBytes: limit === null || limit >= NO_LIMIT_V1 ? null : limit, workingSetBytes };
}

/** Room in one folder of the tree; `null` when it sets no limit. */
function folderRoom(folder: CgroupFolder, read: ReadText): MemoryRoom | null {
  const memory = folderMemory(folder, read);
  if (memory === null || memory.limitBytes === null) return null;
  const { limitBytes, workingSetBytes } = memory;
  return { freeBytes: Math.max(0, limitBytes - workingSetBytes), limitBytes, of: 'container' };
}

/** A limit this near to the machine's memory is none: some runtimes and platforms write the one for the other. */
const AS_GOOD_AS_ALL = 0.98;

/**
 * The control group whose limit is nearest, of the process's own and all above it; without any limit the own one.
 * `null` where there are none. **Cost:** about 0.3 ms.
 */
export function containerMemory(
  pid: number | 'self' = 'self',
  read: ReadText = readText,
  machineBytes: number = os.totalmem(),
): CgroupMemory | null {
  const [cgroups, mountInfo] = [read(`/proc/${pid}/cgroup`), read(`/proc/${pid}/mountinfo`)];
  if (cgroups === null || mountInfo === null) return null;
  const known = cgroupFolders(cgroups, mountInfo).flatMap((folder) => folderMemory(folder, read) ?? []);
  const left = ({ limitBytes, workingSetBytes }: CgroupMemory): number =>
    limitBytes === null || limitBytes >= machineBytes * AS_GOOD_AS_ALL ? Infinity : limitBytes - workingSetBytes;
  const nearest = known.toSorted((a, b) => (left(a) < left(b) ? -1 : Number(left(a) > left(b))))[0];
  if (nearest === undefined) return null;
  return left(nearest) === Infinity ? { ...nearest, limitBytes: null } : nearest;
}

/** The tightest of the container limits around a process; `null` without any. */
export function containerRoom(pid: number | 'self' = 'self', read: ReadText = readText): MemoryRoom | null {
  const cgroups = read(`/proc/${pid}/cgroup`);
  const mountInfo = read(`/proc/${pid}/mountinfo`);
  if (cgroups === null || mountInfo === null) return null;
  let tightest: MemoryRoom | null = null;
  for (const folder of cgroupFolders(cgroups, mountInfo)) {
    const room = folderRoom(folder, read);
    if (room !== null && (tightest === null || room.freeBytes < tightest.freeBytes)) tightest = room;
  }
  return tightest;
}

/** What the machine has left, bytes. */
export function machineRoom(read: ReadText = readText): MemoryRoom {
  const meminfo = read('/proc/meminfo');
  const available = meminfo === null ? null : /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo);
  const freeBytes = available === null ? os.freemem() : Number(available[1]) * 1024;
  return { freeBytes, limitBytes: os.totalmem(), of: 'machine' };
}

/** Memory that a process may still take before the container's or the machine's limit. **Cost:** about 0.3 ms. */
export function memoryRoom(pid: number | 'self' = 'self', read: ReadText = readText): MemoryRoom {
  const machine = machineRoom(read);
  const container = containerRoom(pid, read);
  return container !== null && container.freeBytes < machine.freeBytes ? container : machine;
}

/** The lower of the container's and the machine's memory limits, bytes. **Cost:** microseconds. */
export function memoryLimit(): number {
  const total = os.totalmem();
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(total, constrained) : total;
}
