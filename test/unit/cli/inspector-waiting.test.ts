import { expect, test } from 'vitest';
import { isSettled, unlessAborted, within } from '../../../src/cli/inspector/waiting.ts';

const never = new Promise<never>(() => undefined);

test('a promise in time gives its value', async () => {
  expect(await within(Promise.resolve(7), 60_000, 'late')).toBe(7);
});

test('a promise that is late fails with the message, as a process that cannot be reached', async () => {
  await expect(within(never, 1, 'It is late.')).rejects.toMatchObject({
    code: 'PLIM_ERR_PROCESS_UNREACHABLE',
    message: 'It is late.',
  });
});

test('an abort ends the wait with its reason', async () => {
  const controller = new AbortController();
  const waiting = unlessAborted(never, controller.signal);
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

test('a signal that was aborted before is heard too', async () => {
  const reason = new Error('enough');
  await expect(unlessAborted(never, AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('a failure of the work itself comes through', async () => {
  const failed = Promise.reject(new Error('broken'));
  await expect(unlessAborted(failed, new AbortController().signal)).rejects.toThrow('broken');
});

test('settled means ended, well or badly, in time', async () => {
  expect(await isSettled(Promise.resolve(), 60_000)).toBe(true);
  expect(await isSettled(Promise.reject(new Error('broken')), 60_000)).toBe(true);
  expect(await isSettled(never, 1)).toBe(false);
});
