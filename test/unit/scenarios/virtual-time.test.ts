import { afterAll, expect, test } from 'vitest';
import { VirtualTime } from '../../../scenarios/frame/virtual-time.mjs';

const own = { setTimeout, setInterval, clearTimeout, clearInterval, dateNow: Date.now };
const BEGIN = Date.UTC(2026, 0, 1);
const time = new VirtualTime(BEGIN).install();

afterAll(() => {
  const { dateNow, ...timers } = own;
  Object.assign(globalThis, timers);
  Date.now = dateNow;
  Reflect.deleteProperty(performance, 'now');
});

test('timers fire in order, each at its own moment, with their arguments', async () => {
  const fired: unknown[] = [];
  const note = (what: unknown): void => void fired.push([what, Date.now() - BEGIN]);
  setTimeout(note, 3000, 'c');
  setTimeout(note, 1000, 'a');
  setTimeout(note, 1000, 'b');
  expect(time.pending).toBe(3);
  await time.advance(2999);
  expect(fired).toEqual([
    ['a', 1000],
    ['b', 1000],
  ]);
  await time.advance(1);
  expect(fired.at(-1)).toEqual(['c', 3000]);
  expect(time.pending).toBe(0);
});

test('both clocks go by it, and stand still in between', async () => {
  const before = [Date.now(), performance.now()] as const;
  await time.advance(3_600_000);
  expect([Date.now() - before[0], performance.now() - before[1]]).toEqual([3_600_000, 3_600_000]);
  expect(performance.now()).toBe(performance.now());
});

test('intervals go on until they are taken back', async () => {
  let count = 0;
  const timer = setInterval(() => count++, 100);
  await time.advance(1000);
  expect([count, time.pending]).toEqual([10, 1]);
  clearInterval(timer);
  clearInterval(timer);
  await time.advance(1000);
  expect([count, time.pending]).toEqual([10, 0]);
});

test('promises have their turn before time goes on', async () => {
  const seen: number[] = [];
  const begun = Date.now();
  const chain = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await Promise.resolve();
      seen.push(Date.now() - begun);
    }
  };
  void chain();
  await time.advance(100);
  expect(seen).toEqual([10, 20, 30]);
});

test('of thousands of timers that are taken back none fires, and the others do', async () => {
  let fired = 0;
  const timers = Array.from({ length: 5000 }, (_, i) => setTimeout(() => fired++, 1 + ((i * 7919) % 5000)));
  for (const [i, timer] of timers.entries()) if (i % 10 > 0) clearTimeout(timer);
  expect(time.pending).toBe(500);
  await time.advance(5000);
  expect([fired, time.pending]).toEqual([500, 0]);
});

test('delays that the platform does not know are one millisecond', async () => {
  let fired = 0;
  for (const ms of [0, -5, Number.NaN, 2 ** 31, undefined]) setTimeout(() => fired++, ms);
  await time.advance(1);
  expect(fired).toBe(5);
});
