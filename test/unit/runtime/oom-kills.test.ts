import { expect, test } from 'vitest';
import { countOomKills } from '../../../src/runtime/oom-kills.ts';

const MOUNT_V2 = '30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw';
const MOUNT_V1 = '31 1 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory';

/** A system of files that may change. */
function system(files: Record<string, string>): (path: string) => string | null {
  return (path) => files[path] ?? null;
}

test.each([
  ['v2', '0::/app', MOUNT_V2, '/sys/fs/cgroup/app/memory.events'],
  ['v1', '5:memory:/app', MOUNT_V1, '/sys/fs/cgroup/memory/app/memory.oom_control'],
])(
  'counts kills in a control group (%s) after its process is gone, and the others apart',
  (_, group, mount, counter) => {
    const files: Record<string, string> = {
      '/proc/7/cgroup': group,
      '/proc/7/mountinfo': mount,
      [counter]: 'low 0\noom_kill 2\n',
      '/proc/vmstat': 'nr_free_pages 9\noom_kill 5\n',
    };
    const since = countOomKills(7, system(files));
    expect(since()).toEqual({ container: 0, machine: 0 });
    delete files['/proc/7/cgroup'];
    files[counter] = 'low 0\noom_kill 3\n';
    files['/proc/vmstat'] = 'nr_free_pages 9\noom_kill 8\n';
    expect(since()).toEqual({ container: 1, machine: 2 });
  },
);

test('where nothing is told nothing is counted', () => {
  expect(countOomKills(7, () => null)()).toEqual({ container: 0, machine: 0 });
});
