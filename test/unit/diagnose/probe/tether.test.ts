import fs from 'node:fs';
import { expect, test } from 'vitest';
import { PlimsollProbeTether, startOf } from '../../../../src/diagnose/probe/tether.ts';
import { withTempDir } from '../../../helpers/temp-dir.ts';

const onLinux = test.runIf(process.platform === 'linux');

const us = { pid: process.pid, start: startOf(process.pid) };

onLinux('a process is known by its number and by when it was started', () => {
  expect(startOf(process.pid)).toMatch(/^\d+$/);
  expect(startOf(2 ** 22 - 1)).toBeNull();
});

onLinux('holds while watcher and folder are there', () =>
  withTempDir((dir) => {
    const held = new PlimsollProbeTether(dir, us);
    expect(held.isCut()).toBe(false);
    held.letGo();
    expect(fs.existsSync(dir)).toBe(true);
  }),
);

onLinux('removes the folder of a watcher that is gone, also where its number has been given away', () =>
  withTempDir((dir) => {
    new PlimsollProbeTether(dir, { pid: process.pid, start: '1' }).letGo();
    expect(fs.existsSync(dir)).toBe(false);
  }),
);
