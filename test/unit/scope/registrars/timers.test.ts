import { describe, expect, test } from 'vitest';
import { Scope } from '../../../../src/scope/index.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

function onFakeClock(): { clock: FakeClock; scope: Scope; log: unknown[] } {
  const clock = new FakeClock();
  return { clock, scope: new Scope({ clock, traces: 'off' }), log: [] };
}

describe('setTimeout', () => {
  test('fires once, and has left before it does', () => {
    const { clock, scope, log } = onFakeClock();
    scope.setTimeout(() => log.push(scope.stats().open), '1s');
    clock.advance(999);
    expect(log).toEqual([]);
    clock.advance(5_000);
    expect(log).toEqual([0]);
  });

  test('does not fire once it is disposed of, or its scope', () => {
    const { clock, scope, log } = onFakeClock();
    const timer = scope.setTimeout(() => log.push('one'), 10);
    scope.setTimeout(() => log.push('two'), 10);
    timer.dispose();
    timer[Symbol.dispose]();
    expect(scope.stats().open).toBe(1);
    scope.dispose();
    clock.advance(100);
    expect(log).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('may close its scope', () => {
    const { clock, scope } = onFakeClock();
    scope.setTimeout(() => scope.dispose(), 10);
    scope.setTimeout(() => {}, 20);
    clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a hundred thousand leave nothing behind', () => {
    const { clock, scope } = onFakeClock();
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < 1_000; i++) scope.setTimeout(() => {}, i % 10);
      clock.advance(10);
    }
    expect(scope.stats()).toMatchObject({ open: 0, opened: 100_000, oldestMs: null });
    expect(scope.list()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([-1, Number.NaN, 'soon', undefined])('%j is no time', (ms) => {
    const { scope } = onFakeClock();
    expect(() => scope.setTimeout(() => {}, ms as never)).toThrow('Expected `ms` to be a duration');
    expect(scope.stats().open).toBe(0);
  });

  test('takes functions only', () => {
    const { scope } = onFakeClock();
    expect(() => scope.setTimeout('run()' as never, 1)).toThrow('Expected `run` to be a function, got "run()".');
    expect(() => scope.setInterval(null as never, 1)).toThrow(TypeError);
    expect(() => scope.setImmediate(undefined as never)).toThrow(TypeError);
    expect(scope.stats().open).toBe(0);
  });
});

describe('setInterval', () => {
  test('fires until it is disposed of', () => {
    const { clock, scope, log } = onFakeClock();
    const timer = scope.setInterval(() => log.push(clock.steadyNow()), 10);
    clock.advance(35);
    timer.dispose();
    clock.advance(100);
    expect(log).toEqual([10, 20, 30]);
    expect(scope.stats().open).toBe(0);
  });

  test('goes on when a call throws, as those of Node.js do', () => {
    const { clock, scope, log } = onFakeClock();
    scope.setInterval(() => {
      log.push('called');
      throw new Error('tick');
    }, 10);
    expect(() => clock.advance(10)).toThrow('tick');
    expect(() => clock.advance(10)).toThrow('tick');
    expect(log).toEqual(['called', 'called']);
  });

  test('may end itself or its scope from within', () => {
    const { clock, scope } = onFakeClock();
    const timer = scope.setInterval(() => timer.dispose(), 10);
    scope.setInterval(() => scope.dispose(), 20);
    clock.advance(100);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('setImmediate', () => {
  test('runs after what waits already, and leaves', async () => {
    const { scope, log } = onFakeClock();
    scope.setImmediate(() => log.push(scope.stats().open));
    scope.setImmediate(() => log.push('never')).dispose();
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([0]);
  });
});
