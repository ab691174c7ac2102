import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { CoarseClock } from '../../../src/cache/expiry/coarse-clock.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const HOUR = 3_600_000;

describe("a caller's own clock", () => {
  test('is looked at every time, and started no timer on', () => {
    const clock = new FakeClock();
    const time = new CoarseClock(clock);
    clock.advance(1);
    expect(time.now()).toBe(1);
    clock.advance(41);
    expect(time.now()).toBe(42);
    expect(clock.pendingTimers).toBe(0);
  });

  test('time that the machine slept has passed', () => {
    const clock = new FakeClock();
    const time = new CoarseClock(clock);
    clock.advance(10);
    clock.sleep(8 * HOUR);
    expect(time.now()).toBe(8 * HOUR + 10);
    clock.advance(5);
    clock.sleep(HOUR);
    expect(time.now()).toBe(9 * HOUR + 15);
  });

  test('a wall clock that is set back changes nothing, and the next sleep still counts', () => {
    const clock = new FakeClock();
    const time = new CoarseClock(clock);
    clock.setWall(0);
    clock.advance(100);
    expect(time.now()).toBe(100);
    clock.sleep(HOUR);
    expect(time.now()).toBe(HOUR + 100);
    clock.setWall(5);
    expect(time.now()).toBe(HOUR + 100);
  });

  test('a wall clock that is corrected by little changes nothing', () => {
    const clock = new FakeClock();
    const time = new CoarseClock(clock);
    for (let i = 1; i <= 100; i++) {
      clock.advance(1000);
      clock.sleep(1900);
      expect(time.now()).toBe(1000 * i);
    }
  });

  test('never goes back, even on a steady clock that does', () => {
    let steady = 1000;
    const time = new CoarseClock({ steadyNow: () => steady, wallNow: () => 0, startTimer: () => ({ cancel() {} }) });
    steady = 2000;
    expect(time.now()).toBe(1000);
    steady = 1500;
    expect(time.now()).toBe(1000);
  });
});

describe("the system's clock", () => {
  let reads = 0;
  let steady = 0;
  beforeEach(() => {
    vi.useFakeTimers();
    reads = 0;
    steady = 0;
    vi.spyOn(systemClock, 'steadyNow').mockImplementation(() => {
      reads++;
      return steady;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test('is read once for 64 questions', () => {
    const time = new CoarseClock(systemClock);
    time.now();
    reads = 0;
    for (let i = 0; i < 640; i++) time.now();
    expect(reads).toBe(10);
  });

  test('is read again after the event loop has turned', () => {
    const time = new CoarseClock(systemClock);
    expect(time.now()).toBe(0);
    steady = 500;
    expect(time.now()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(time.now()).toBe(500);
    expect(vi.getTimerCount()).toBe(1);
  });

  test('is behind by one slow step at most, once steps are slow', () => {
    const time = new CoarseClock(systemClock);
    for (let i = 0; i < 64; i++) {
      steady += 10;
      time.now();
    }
    for (let i = 0; i < 100; i++) {
      steady += 10;
      expect(time.now()).toBeGreaterThanOrEqual(steady - 10);
    }
  });

  test('is read once for 64 questions again when the event loop has turned', () => {
    const time = new CoarseClock(systemClock);
    for (let i = 0; i < 100; i++) {
      steady += 10;
      time.now();
    }
    vi.advanceTimersByTime(1);
    steady += 5000;
    reads = 0;
    for (let i = 0; i < 64; i++) time.now();
    expect(reads).toBe(1);
  });

  test('is read at once for exactNow()', () => {
    const time = new CoarseClock(systemClock);
    time.now();
    steady = 77;
    expect(time.exactNow()).toBe(77);
    expect(time.now()).toBe(77);
  });

  test('a timer that is lost is started again', () => {
    const time = new CoarseClock(systemClock);
    time.now();
    vi.clearAllTimers();
    steady = 5000;
    time.exactNow();
    expect(vi.getTimerCount()).toBe(1);
  });
});
