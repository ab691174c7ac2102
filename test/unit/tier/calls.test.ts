import { describe, expect, test } from 'vitest';
import { Breaker, type BreakerOptions, resolveBreakerOptions } from '../../../src/tier/breaker.ts';
import { Calls } from '../../../src/tier/calls.ts';
import { TimeLimit } from '../../../src/tier/time-limit.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

describe('TimeLimit', () => {
  test('expires in the order of coming, and what has ended never', () => {
    const clock = new FakeClock();
    const limit = new TimeLimit(100, clock);
    const expired: string[] = [];
    limit.start(() => expired.push('a'));
    clock.advance(50);
    const ended = limit.start(() => expired.push('b'));
    limit.start(() => expired.push('c'));
    expect(ended.end()).toBe(true);
    clock.advance(51);
    expect(expired).toEqual(['a']);
    clock.advance(60);
    expect(expired).toEqual(['a', 'c']);
    expect(ended.end()).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a thread that was busy looks for answers before it judges', () => {
    const clock = new FakeClock();
    const limit = new TimeLimit(100, clock);
    let expired = 0;
    const call = limit.start(() => expired++);
    clock.block(500);
    clock.advance(0);
    // The timer has fired; the answer is read in the same turn of the event loop.
    call.end();
    clock.advance(10);
    expect(expired).toBe(0);
  });

  test('end takes the timer back', () => {
    const clock = new FakeClock();
    const limit = new TimeLimit(100, clock);
    limit.start(() => {});
    limit.end();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('Breaker', () => {
  const open = (options: BreakerOptions = {}) => {
    const clock = new FakeClock();
    const log: string[] = [];
    const state = { probe: async (): Promise<unknown> => undefined };
    const breaker = new Breaker(resolveBreakerOptions({ failures: 3, openFor: 100, maxOpenFor: 400, ...options }), {
      clock,
      probe: () => {
        log.push('probe');
        return state.probe();
      },
      onChange: (to) => log.push(to),
    });
    return { breaker, clock, log, state };
  };

  test('opens when half of the last calls failed, and not by failures far between', () => {
    const { breaker, log } = open();
    for (let at = 0; at < 30; at++) {
      breaker.failed(new Error('x'));
      for (let good = 0; good < 5; good++) breaker.succeeded();
    }
    expect(breaker.state).toBe('closed');
    for (let at = 0; at < 3; at++) {
      breaker.succeeded();
      breaker.failed(new Error('x'));
    }
    expect(breaker.state).toBe('open');
    expect(log).toEqual(['open']);
  });

  test('probes until one succeeds, with longer and longer waits', async () => {
    const { breaker, clock, log, state } = open();
    state.probe = async () => {
      throw new Error('still down');
    };
    for (let at = 0; at < 3; at++) breaker.failed(new Error('x'));
    await clock.advanceAsync(100);
    expect(log).toEqual(['open', 'probe']);
    await clock.advanceAsync(10_000);
    // Between 300 and 400 ms each, once the longest wait is reached.
    const probes = log.filter((one) => one === 'probe').length;
    expect(probes).toBeGreaterThanOrEqual(25);
    expect(probes).toBeLessThanOrEqual(36);
    state.probe = async () => {};
    await clock.advanceAsync(400);
    expect(breaker.state).toBe('closed');
    expect(log.at(-1)).toBe('closed');
    expect(clock.pendingTimers).toBe(0);
  });

  test('one probe at a time, and none after its end', async () => {
    const { breaker, clock, log, state } = open();
    state.probe = () => new Promise(() => {});
    for (let at = 0; at < 9; at++) breaker.failed(new Error('x'));
    await clock.advanceAsync(60_000);
    expect(breaker.state).toBe('half-open');
    expect(log).toEqual(['open', 'probe']);
    breaker.end();
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    [{ failures: 0 }],
    [{ failures: 16 }],
    [{ openFor: 0 }],
    [{ openFor: 'soon' }],
    [{ maxOpenFor: -1 }],
    [5],
  ])('refuses %j', (options) => {
    expect(() => resolveBreakerOptions(options as never)).toThrow(/Expected `breaker/);
  });
});

describe('Calls', () => {
  const open = (probe = async (): Promise<void> => {}) => {
    const clock = new FakeClock();
    const changes: string[] = [];
    const calls = new Calls({
      name: 'Redis',
      timeout: 100,
      maxPending: 3,
      breaker: resolveBreakerOptions({ failures: 2 }),
      probe,
      isAnswer: (error) => error instanceof Error && error.message.startsWith('OOM'),
      onChange: (state) => changes.push(state),
      clock,
    });
    return { calls, clock, changes };
  };
  const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => 'done',
      (error: { code?: string }) => error.code,
    );

  test('an answer comes through, and a failure with its cause', async () => {
    const { calls } = open();
    expect(await calls.run(async () => 5)).toBe(5);
    const cause = new Error('boom');
    await expect(calls.run(() => Promise.reject(cause))).rejects.toMatchObject({ code: 'PLIM_ERR_TIER_FAILED', cause });
    await expect(
      calls.run(() => {
        throw cause;
      }),
    ).rejects.toMatchObject({ code: 'PLIM_ERR_TIER_FAILED', cause });
  });

  test('none is waited for beyond its time, and then none is made', async () => {
    const { calls, clock, changes } = open();
    const never = (): Promise<unknown> => new Promise(() => {});
    const outcomes = [codeOf(calls.run(never)), codeOf(calls.run(never))];
    await clock.advanceAsync(102);
    expect(await Promise.all(outcomes)).toEqual(['PLIM_ERR_TIER_TIMEOUT', 'PLIM_ERR_TIER_TIMEOUT']);
    expect(await codeOf(calls.run(never))).toBe('PLIM_ERR_TIER_DOWN');
    expect(calls.counters).toMatchObject({ calls: 2, timeouts: 2, skipped: 1 });
    // The client still holds them.
    expect(calls.pending).toBe(2);
    await clock.advanceAsync(300);
    expect(changes).toEqual(['open', 'closed']);
  });

  test('what is under way is bounded, those included that nobody waits for', async () => {
    const { calls, clock } = open();
    const ends: (() => void)[] = [];
    const slow = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
    const outcomes = Array.from({ length: 3 }, () => codeOf(calls.run(slow)));
    expect(await codeOf(calls.run(slow))).toBe('PLIM_ERR_TIER_BUSY');
    await clock.advanceAsync(102);
    expect(await Promise.all(outcomes)).toEqual(Array.from({ length: 3 }, () => 'PLIM_ERR_TIER_TIMEOUT'));
    expect(calls.pending).toBe(3);
    for (const end of ends) end();
    await settle();
    expect(calls.pending).toBe(0);
  });

  test('a server that stays silent is held to three probes, and asked again when it has answered them', async () => {
    const answers: (() => void)[] = [];
    const { calls, clock, changes } = open(() => new Promise((resolve) => answers.push(resolve)));
    const failures = [calls.run(() => Promise.reject(new Error('x'))), calls.run(() => Promise.reject(new Error('x')))];
    await Promise.allSettled(failures);
    await clock.advanceAsync(200_000);
    expect(answers).toHaveLength(3);
    expect(calls.pending).toBe(3);
    for (const answer of answers) answer();
    for (let waited = 0; waited < 10_000 && answers.length < 4; waited += 50) await clock.advanceAsync(50);
    answers[3]!();
    await settle();
    expect(changes).toEqual(['open', 'closed']);
  });

  test('an answer that says no opens nothing', async () => {
    const { calls, changes } = open();
    for (let at = 0; at < 10; at++) {
      expect(await codeOf(calls.run(() => Promise.reject(new Error('OOM command not allowed'))))).toBe(
        'PLIM_ERR_TIER_FAILED',
      );
    }
    expect(calls.counters).toMatchObject({ refusals: 10, failures: 0 });
    expect(changes).toEqual([]);
  });
});
