import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isAlive, signalProcess } from '../../../src/cli/run/process-state.ts';

test('this process is alive, one that has ended is not, and a signal to it is no error', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(pid)).toBe(false);
  expect(() => signalProcess(pid, 'SIGTERM')).not.toThrow();
});
