import os from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  cgroupFolders,
  containerMemory,
  containerRoom,
  machineRoom,
  memoryLimit,
  memoryRoom,
} from '../../../src/runtime/limits.ts';

const MIB = 1024 * 1024;
const V2_MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
const V1_MOUNTS =
  '31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n' +
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n' +
  '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n';

/** A machine's /proc and /sys as a table of files. */
function machine(files: Readonly<Record<string, string>>): (path: string) => string | null {
  return (path) => files[path] ?? null;
}

describe('cgroupFolders', () => {
  test('version 2: the own folder, then each above it', () => {
    expect(cgroupFolders('0::/kube/pod1/web\n', V2_MOUNT)).toEqual([
      { version: 2, path: '/sys/fs/cgroup/kube/pod1/web' },
      { version: 2, path: '/sys/fs/cgroup/kube/pod1' },
      { version: 2, path: '/sys/fs/cgroup/kube' },
      { version: 2, path: '/sys/fs/cgroup' },
    ]);
  });

  test('version 2 inside a container with its own namespace: the mount itself', () => {
    expect(cgroupFolders('0::/\n', V2_MOUNT)).toEqual([{ version: 2, path: '/sys/fs/cgroup' }]);
    expect(cgroupFolders('0::/../../elsewhere\n', V2_MOUNT)).toEqual([{ version: 2, path: '/sys/fs/cgroup' }]);
  });

  test('version 1: the memory controller, wherever it stands in the list', () => {
    expect(cgroupFolders('9:cpu,cpuacct:/other\n4:hugetlb,memory:/docker/abc\n', V1_MOUNTS)).toEqual([
      { version: 1, path: '/sys/fs/cgroup/memory/docker/abc' },
      { version: 1, path: '/sys/fs/cgroup/memory/docker' },
      { version: 1, path: '/sys/fs/cgroup/memory' },
    ]);
  });

  test('version 1 in a container that shows the path of its host: the mount itself', () => {
    const mounts = '35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n';
    expect(cgroupFolders('4:memory:/docker/abc\n', mounts)).toEqual([{ version: 1, path: '/sys/fs/cgroup/memory' }]);
    expect(cgroupFolders('4:memory:/docker/abc/inner\n', mounts)).toContainEqual({
      version: 1,
      path: '/sys/fs/cgroup/memory/inner',
    });
  });

  test('paths with spaces and colons', () => {
    const mounts = '30 23 0:26 / /sys/fs/c\\040group rw - cgroup2 cgroup2 rw\n';
    expect(cgroupFolders('0::/a:b\n', mounts)[0]).toEqual({ version: 2, path: '/sys/fs/c group/a:b' });
  });

  test.each([
    ['', ''],
    ['rubbish', 'rubbish'],
    ['0::/a', ''],
    ['', V2_MOUNT],
    ['5:cpu:/a', V1_MOUNTS],
  ])('nothing in %j and %j', (cgroups, mounts) => {
    expect(cgroupFolders(cgroups, mounts)).toEqual([]);
  });
});

describe('containerRoom', () => {
  const v2 = (files: Readonly<Record<string, string>>): ReturnType<typeof machine> =>
    machine({ '/proc/self/cgroup': '0::/pod/web\n', '/proc/self/mountinfo': V2_MOUNT, ...files });

  test('version 2: the limit less the working set; page cache that nobody uses is no obstacle', () => {
    const read = v2({
      '/sys/fs/cgroup/pod/web/memory.max': `${512 * MIB}\n`,
      '/sys/fs/cgroup/pod/web/memory.current': `${400 * MIB}\n`,
      '/sys/fs/cgroup/pod/web/memory.stat': `anon 1\nfile ${90 * MIB}\ninactive_file ${78 * MIB}\nactive_file 3\n`,
    });
    expect(containerRoom('self', read)).toEqual({ freeBytes: 190 * MIB, limitBytes: 512 * MIB, of: 'container' });
  });

  test('the tightest level binds, not the innermost', () => {
    const read = v2({
      '/sys/fs/cgroup/pod/web/memory.max': `${512 * MIB}`,
      '/sys/fs/cgroup/pod/web/memory.current': `${100 * MIB}`,
      '/sys/fs/cgroup/pod/memory.max': `${1024 * MIB}`,
      '/sys/fs/cgroup/pod/memory.current': `${1000 * MIB}`,
    });
    expect(containerRoom('self', read)).toMatchObject({ freeBytes: 24 * MIB, limitBytes: 1024 * MIB });
  });

  test('no limit: `max`, or the largest number of pages in version 1', () => {
    const files = { '/sys/fs/cgroup/pod/web/memory.max': 'max\n', '/sys/fs/cgroup/pod/web/memory.current': '5\n' };
    expect(containerRoom('self', v2(files))).toBeNull();
    const v1 = machine({
      '/proc/self/cgroup': '4:memory:/\n',
      '/proc/self/mountinfo': V1_MOUNTS,
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '1\n',
    });
    expect(containerRoom('self', v1)).toBeNull();
  });

  test('version 1 beside an empty version 2', () => {
    const read = machine({
      '/proc/9/cgroup': '4:memory:/web\n0::/\n',
      '/proc/9/mountinfo': V1_MOUNTS + V2_MOUNT.replace('/sys/fs/cgroup ', '/sys/fs/cgroup/unified '),
      '/sys/fs/cgroup/memory/web/memory.limit_in_bytes': `${256 * MIB}\n`,
      '/sys/fs/cgroup/memory/web/memory.usage_in_bytes': `${300 * MIB}\n`,
      '/sys/fs/cgroup/memory/web/memory.stat': `inactive_file 1\ntotal_inactive_file ${20 * MIB}\n`,
    });
    expect(containerRoom(9, read)).toEqual({ freeBytes: 0, limitBytes: 256 * MIB, of: 'container' });
  });

  test('nothing without /proc', () => {
    expect(containerRoom('self', machine({}))).toBeNull();
  });
});

describe('containerMemory', () => {
  const MACHINE = 16 * 1024 * MIB;

  /** The groups of a process in `/pod/web`, by folder: limit, in use, statistics. */
  function memoryOf(
    groups: Readonly<Record<string, readonly [max?: string | undefined, current?: string, stat?: string]>>,
  ): unknown {
    const files: Record<string, string> = { '/proc/self/cgroup': '0::/pod/web\n', '/proc/self/mountinfo': V2_MOUNT };
    for (const [folder, [max, current, stat]] of Object.entries(groups)) {
      if (max !== undefined) files[`/sys/fs/cgroup${folder}/memory.max`] = max;
      if (current !== undefined) files[`/sys/fs/cgroup${folder}/memory.current`] = current;
      if (stat !== undefined) files[`/sys/fs/cgroup${folder}/memory.stat`] = stat;
    }
    return containerMemory('self', machine(files), MACHINE);
  }

  test('the group with the least room left, of the own one and those above it', () => {
    expect(
      memoryOf({
        '/pod/web': [`${512 * MIB}\n`, `${100 * MIB}\n`],
        '/pod': [`${1024 * MIB}\n`, `${1000 * MIB}\n`, `inactive_file ${10 * MIB}\n`],
        '': ['max\n', `${4000 * MIB}\n`],
      }),
    ).toEqual({ limitBytes: 1024 * MIB, workingSetBytes: 990 * MIB });
  });

  test('without any limit the own one; a limit as large as the machine is none', () => {
    const own = { '/pod/web': ['max', `${3 * MIB}`], '/pod': [`${MACHINE * 0.99}`, `${9 * MIB}`] } as const;
    expect(memoryOf(own)).toEqual({ limitBytes: null, workingSetBytes: 3 * MIB });
    expect(memoryOf({ '/pod/web': [`${MACHINE * 2}`, `${3 * MIB}`] })).toMatchObject({ limitBytes: null });
  });

  test.each([
    ['no files', {}],
    ['a limit without what is in use', { '/pod/web': ['1000'] }],
    ['rubbish in use', { '/pod/web': ['1000', 'rubbish'] }],
    ['an empty file', { '/pod/web': ['1000', ''] }],
    ['in use with a unit', { '/pod/web': ['1000', '12 kB'] }],
    ['less than nothing in use', { '/pod/web': ['1000', '-5'] }],
  ] as const)('%s: nothing is known', (_, groups) => {
    expect(memoryOf(groups)).toBeNull();
  });

  test.each(['max', '', 'rubbish', '-1', '12abc', 'Infinity', '0x10', undefined])('a limit of %j is none', (max) => {
    expect(memoryOf({ '/pod/web': [max, '77'] })).toEqual({ limitBytes: null, workingSetBytes: 77 });
  });

  test.each([
    ['rubbish', 77],
    ['inactive_file rubbish', 77],
    ['inactive_file 50', 27],
    ['total_inactive_file 50', 77],
    ['inactive_file 5000', 0],
  ])('page cache by the statistics %j', (stat, workingSetBytes) => {
    expect(memoryOf({ '/pod/web': ['100', '77', stat] })).toEqual({ limitBytes: 100, workingSetBytes });
  });

  test('version 1, of a process in a group of its own', () => {
    const read = machine({
      '/proc/9/cgroup': '4:memory:/docker/abc\n0::/\n',
      '/proc/9/mountinfo': V1_MOUNTS,
      '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': '9223372036854771712',
      '/sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes': `${60 * MIB}`,
      '/sys/fs/cgroup/memory/docker/abc/memory.stat': `total_inactive_file ${10 * MIB}`,
      '/sys/fs/cgroup/memory/docker/memory.limit_in_bytes': `${100 * MIB}`,
      '/sys/fs/cgroup/memory/docker/memory.usage_in_bytes': `${80 * MIB}`,
    });
    expect(containerMemory(9, read, MACHINE)).toEqual({ limitBytes: 100 * MIB, workingSetBytes: 80 * MIB });
  });
});

describe('memoryRoom', () => {
  const container = {
    '/proc/self/cgroup': '0::/',
    '/proc/self/mountinfo': V2_MOUNT,
    '/sys/fs/cgroup/memory.max': `${512 * MIB}`,
    '/sys/fs/cgroup/memory.current': `${112 * MIB}`,
  };
  const meminfo = (kib: number): string => `MemTotal:  16384000 kB\nMemFree:  1 kB\nMemAvailable:  ${kib} kB\n`;

  test('the machine binds when it has less left than the container', () => {
    const read = machine({ ...container, '/proc/meminfo': meminfo(100 * 1024) });
    expect(memoryRoom('self', read)).toEqual({ freeBytes: 100 * MIB, limitBytes: os.totalmem(), of: 'machine' });
    const roomy = machine({ ...container, '/proc/meminfo': meminfo(900 * 1024) });
    expect(memoryRoom('self', roomy)).toEqual({ freeBytes: 400 * MIB, limitBytes: 512 * MIB, of: 'container' });
  });

  test('without /proc the system is asked', () => {
    const room = machineRoom(machine({}));
    expect(room.freeBytes).toBeGreaterThan(0);
    expect(room.freeBytes).toBeLessThanOrEqual(room.limitBytes);
  });

  test('the limit is never above what the machine has', () => {
    expect(memoryLimit()).toBeGreaterThan(0);
    expect(memoryLimit()).toBeLessThanOrEqual(os.totalmem());
  });
});
