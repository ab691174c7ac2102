import { describe, expect, test } from 'vitest';
import { parsePressure, readPressure } from '../../../src/runtime/pressure.ts';

const V2_MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
const V1_MOUNT = '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n';

const text = (some10: number, full10 = 0): string =>
  `some avg10=${some10.toFixed(2)} avg60=2.50 avg300=0.00 total=123\nfull avg10=${full10.toFixed(2)} avg60=0.00 avg300=0.00 total=1\n`;

function machine(files: Readonly<Record<string, string>>): (path: string) => string | null {
  return (path) => files[path] ?? null;
}

describe('parsePressure', () => {
  test('shares of time', () => {
    expect(parsePressure(text(12.5, 3), 'machine')).toEqual({
      some10: 0.125,
      some60: 0.025,
      full10: 0.03,
      of: 'machine',
    });
    expect(parsePressure(text(100), 'machine')).toMatchObject({ some10: 1 });
  });

  test('a kernel without the line of all tasks', () => {
    expect(parsePressure('some avg10=1.00 avg60=2.00 avg300=3.00 total=4', 'container')).toEqual({
      some10: 0.01,
      some60: 0.02,
      full10: 0,
      of: 'container',
    });
  });

  test.each([
    '',
    '\n\n',
    'some',
    'some avg10= avg60= avg300= total=',
    'some avg10=nan avg60=nan avg300=nan total=0',
    'some avg10=1.2.3 avg60=0.00 avg300=0.00 total=0',
    'some avg10=-1.00 avg60=0.00 avg300=0.00 total=0',
    'some avg10=101.00 avg60=0.00 avg300=0.00 total=0',
    'some avg10=1.00',
    'full avg10=1.00 avg60=1.00 avg300=1.00 total=1',
    'awesome avg10=1.00 avg60=1.00',
    '<html>502 Bad Gateway</html>',
    '\0\0\0',
  ])('nothing in %j', (rubbish) => {
    expect(parsePressure(rubbish, 'machine')).toBeNull();
  });
});

describe('readPressure', () => {
  const own = { '/proc/self/cgroup': '0::/pod/web\n', '/proc/self/mountinfo': V2_MOUNT };

  test('the own group has it, whatever those above it and the machine say', () => {
    const read = machine({
      ...own,
      '/sys/fs/cgroup/pod/web/memory.pressure': text(10),
      '/sys/fs/cgroup/pod/memory.pressure': text(20),
      '/proc/pressure/memory': text(30),
    });
    expect(readPressure(read)).toMatchObject({ some10: 0.1, of: 'container' });
  });

  test.each<[string, Record<string, string>]>([
    ['the root of the hierarchy, which has no such file', own],
    ['a group whose file is rubbish', { ...own, '/sys/fs/cgroup/pod/web/memory.pressure': 'rubbish' }],
    ['version 1', { '/proc/self/cgroup': '4:memory:/web\n', '/proc/self/mountinfo': V1_MOUNT }],
    ['no /proc/self', {}],
    ['rubbish in /proc/self', { '/proc/self/cgroup': '\0', '/proc/self/mountinfo': 'x - y' }],
    ['a path out of the namespace', { '/proc/self/cgroup': '0::/../../other\n', '/proc/self/mountinfo': V2_MOUNT }],
  ])('%s: the machine is asked', (_, files) => {
    expect(readPressure(machine({ ...files, '/proc/pressure/memory': text(30) }))).toMatchObject({
      some10: 0.3,
      of: 'machine',
    });
    expect(readPressure(machine(files))).toBeNull();
    expect(readPressure(machine({ ...files, '/proc/pressure/memory': 'rubbish' }))).toBeNull();
  });

  test('of this process: a share, or nothing', () => {
    const pressure = readPressure();
    if (pressure === null) return;
    for (const share of [pressure.some10, pressure.some60, pressure.full10]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  });
});
