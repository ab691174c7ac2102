import { describe, expect, test } from 'vitest';
import { TimerWheel } from '../../../src/struct/timer-wheel.ts';

/** The slots that `advance(now)` gives, in order of number. */
function due(wheel: TimerWheel, now: number, limit: number = Infinity): number[] {
  const slots: number[] = [];
  wheel.advance(now, limit, (slot) => slots.push(slot));
  return slots.sort((a, b) => a - b);
}

describe('TimerWheel', () => {
  test('gives each slot at its deadline, and not before', () => {
    const wheel = new TimerWheel();
    const deadlines = [1, 2, 31, 32, 33, 1023, 1024, 100_000, 2 ** 30 - 1, 2 ** 30, 2 ** 31, 2 ** 36 + 7, 2 ** 44 + 1];
    deadlines.forEach((deadline, slot) => wheel.schedule(slot, deadline));
    deadlines.forEach((deadline, slot) => {
      expect(due(wheel, deadline - 1)).toEqual([]);
      expect(wheel.deadlines[slot]).toBe(deadline);
      expect(due(wheel, deadline)).toEqual([slot]);
    });
    expect(wheel.size).toBe(0);
    expect(wheel.nextDue).toBe(Infinity);
  });

  test('a deadline that has passed comes with the next call, at whatever time', () => {
    const wheel = new TimerWheel();
    due(wheel, 5000);
    wheel.schedule(3, 4000);
    wheel.schedule(4, 0);
    expect(wheel.nextDue).toBeLessThanOrEqual(5000);
    expect(due(wheel, 5000)).toEqual([3, 4]);
  });

  test('never says that the next moment lies after the first deadline', () => {
    const wheel = new TimerWheel();
    wheel.schedule(1, 70_000);
    expect(wheel.nextDue).toBeLessThanOrEqual(70_000);
    wheel.schedule(2, 500);
    expect(wheel.nextDue).toBeLessThanOrEqual(500);
    due(wheel, 499);
    expect(wheel.nextDue).toBe(500);
    due(wheel, 500);
    expect(wheel.nextDue).toBeGreaterThan(500);
    expect(wheel.nextDue).toBeLessThanOrEqual(70_000);
  });

  test('a deadline can be put off, brought forward and taken away', () => {
    const wheel = new TimerWheel();
    for (const slot of [1, 2, 3, 4]) wheel.schedule(slot, 1000);
    wheel.schedule(1, 5000);
    wheel.schedule(2, 10);
    wheel.cancel(3);
    wheel.schedule(4, Infinity);
    wheel.cancel(99);
    wheel.putOff(1, 4000);
    wheel.putOff(1, 6000);
    expect(wheel.size).toBe(2);
    expect(due(wheel, 10)).toEqual([2]);
    expect(due(wheel, 5999)).toEqual([]);
    expect(due(wheel, 6000)).toEqual([1]);
  });

  test('deadlines beyond a thousand years wait without being looked at', () => {
    const wheel = new TimerWheel();
    wheel.schedule(1, Number.MAX_SAFE_INTEGER);
    wheel.schedule(2, Number.MAX_VALUE);
    expect(wheel.advance(2 ** 40, Infinity, () => expect.fail('too early'))).toBeLessThan(20);
    expect(wheel.size).toBe(2);
  });

  test('stops after as many slots as it may look at, and goes on from there', () => {
    const wheel = new TimerWheel();
    for (let slot = 0; slot < 10; slot++) wheel.schedule(slot, 100);
    const first = due(wheel, 100, 4);
    expect(first).toHaveLength(4);
    expect(wheel.nextDue).toBeLessThanOrEqual(100);
    wheel.schedule(20, 200);
    wheel.schedule(21, 90);
    expect([...first, ...due(wheel, 150)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 21]);
    expect(due(wheel, 200)).toEqual([20]);
  });

  test('what takes a slot may schedule and cancel others, and the same one', () => {
    const wheel = new TimerWheel();
    for (const slot of [1, 2, 3]) wheel.schedule(slot, 100);
    const seen: number[] = [];
    wheel.advance(100, Infinity, (slot) => {
      if (seen.length === 0) {
        for (const other of [1, 2, 3]) if (other !== slot) wheel.cancel(other);
        wheel.schedule(slot, 100);
        wheel.schedule(7, 50);
      }
      seen.push(slot);
    });
    expect(seen).toHaveLength(3);
    expect(seen).toContain(7);
    expect(wheel.size).toBe(0);
  });

  test('clear() takes every deadline away, and the wheel goes on', () => {
    const wheel = new TimerWheel();
    for (let slot = 0; slot < 100; slot++) wheel.schedule(slot, 100 + slot);
    due(wheel, 110);
    wheel.clear();
    expect(wheel.room).toBe(0);
    expect(wheel.nextDue).toBe(Infinity);
    wheel.schedule(2, 120);
    expect(due(wheel, 1000)).toEqual([2]);
  });

  test('room may be made at once; none is taken away', () => {
    const wheel = new TimerWheel(500);
    wheel.schedule(3, 600);
    wheel.reserve(1000);
    wheel.reserve(10);
    expect(wheel.room).toBe(1000);
    wheel.schedule(999, 700);
    expect(due(wheel, 650)).toEqual([3]);
    expect(due(wheel, 700)).toEqual([999]);
  });

  test('looks at a slot a few times in its life, and not at one that is put off all the time', () => {
    const wheel = new TimerWheel();
    let looked = 0;
    const countLooks = (now: number): void => void (looked += wheel.advance(now, Infinity, () => {}));
    wheel.schedule(1, 300_000);
    for (let now = 0; now <= 300_000; now += 10) countLooks(now);
    expect(looked).toBeLessThanOrEqual(5);
    looked = 0;
    for (let now = 300_000; now < 900_000; now += 10) {
      wheel.schedule(1, now + 60_000);
      countLooks(now);
    }
    expect(looked).toBeLessThanOrEqual(40);
  });
});
