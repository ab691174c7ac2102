import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

describe('systemClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('fires once, after the delay', () => {
    let fired = 0;
    systemClock.startTimer(() => fired++, 50);
    vi.advanceTimersByTime(49);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(100);
    expect(fired).toBe(1);
  });

  test('waits for longer than a platform timer can', () => {
    const days = 86_400_000;
    let fired = 0;
    systemClock.startTimer(() => fired++, 60 * days);
    vi.advanceTimersByTime(60 * days - 1);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(1);
    expect(fired).toBe(1);
  });

  test('a cancelled timer stays silent, also in its second leg', () => {
    let fired = 0;
    const timer = systemClock.startTimer(() => fired++, 2 ** 32);
    vi.advanceTimersByTime(2 ** 31 + 5);
    timer.cancel();
    vi.advanceTimersByTime(2 ** 32);
    timer.cancel();
    expect(fired).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an infinite delay never fires', () => {
    let fired = 0;
    const timer = systemClock.startTimer(() => fired++, Infinity);
    vi.advanceTimersByTime(2 ** 33);
    expect(fired).toBe(0);
    timer.cancel();
  });
});

describe('FakeClock', () => {
  test('fires in order of time, then of making, each at its own moment', () => {
    const clock = new FakeClock(1000);
    const seen: string[] = [];
    clock.startTimer(() => seen.push(`late ${clock.steadyNow()}`), 30);
    clock.startTimer(() => seen.push(`first ${clock.steadyNow()}`), 10);
    clock.startTimer(() => clock.startTimer(() => seen.push(`nested ${clock.wallNow()}`), 5), 10);
    clock.advance(40);
    expect(seen).toEqual(['first 10', 'nested 1015', 'late 30']);
    expect(clock.steadyNow()).toBe(40);
  });

  test('sleeping moves the wall clock alone', () => {
    const clock = new FakeClock(0);
    clock.sleep(500);
    expect([clock.wallNow(), clock.steadyNow()]).toEqual([500, 0]);
  });
});
