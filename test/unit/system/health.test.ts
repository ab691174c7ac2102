/** How the process is: probes, checks with their time limits, and the way back. */
import { describe, expect, test } from 'vitest';
import type { CheckOptions, SystemApi } from '../../../src/system/index.ts';
import { Check } from '../../../src/system/health/checks.ts';
import { readChecks } from '../../../src/system/health/check-options.ts';
import type { SystemOptions } from '../../../src/system/options.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';
import { AUTHORISED, bodyOf, jsonOf, makeApi, requestFor } from '../../helpers/system-requests.ts';

function makeCheck(options: CheckOptions, clock = new FakeClock()): Check {
  return new Check('db', readChecks({ db: options }).get('db')!, clock);
}

const monitorAt = (level: string): never => ({ status: () => ({ level }) }) as never;

async function probe(api: SystemApi, target: string): Promise<[number, string]> {
  const answer = await api.handle(requestFor(target));
  return [answer.status, (await bodyOf(answer)).trim()];
}

describe('a check', () => {
  test.each<[unknown, string]>([
    [undefined, 'pass'],
    [true, 'pass'],
    [false, 'fail'],
    [{ status: 'warn', value: 3, unit: 'ms', output: 'slow' }, 'warn'],
    [{ rows: [] }, 'pass'],
    [{ status: 'broken' }, 'fail'],
  ])('that gives %j: %s', async (value, status) => {
    expect(await makeCheck({ run: () => value }).state()).toMatchObject({ name: 'db', status });
  });

  test('that throws or rejects has failed, with what it said', async () => {
    const fail = (): never => {
      throw new Error('no route');
    };
    expect(await makeCheck({ run: fail }).state()).toMatchObject({ status: 'fail', output: 'no route' });
    expect(await makeCheck({ run: async () => fail() }).state()).toMatchObject({ status: 'fail', output: 'no route' });
  });

  test('has its time, and is told when it is over', async () => {
    const clock = new FakeClock();
    let isAborted = false;
    const run: CheckOptions['run'] = ({ signal }) => {
      signal.addEventListener('abort', () => (isAborted = true));
      return new Promise(() => {});
    };
    const state = makeCheck({ run, timeout: '2s' }, clock).state();
    await clock.advanceAsync(2_000);
    expect(await state).toMatchObject({ status: 'fail', output: 'No answer within 2.0 s.' });
    expect(isAborted).toBe(true);
  });

  test('is looked at once for all who ask, and its result is kept for a while', async () => {
    const clock = new FakeClock();
    let looks = 0;
    const check = makeCheck({ run: () => void looks++, interval: '10s' }, clock);
    await Promise.all([check.state(), check.state(), check.state()]);
    await check.state();
    expect(looks).toBe(1);
    clock.advance(10_000);
    await check.state();
    expect(looks).toBe(2);
  });

  test('that never comes to an end is begun three times at most', async () => {
    const clock = new FakeClock();
    const ends: (() => void)[] = [];
    const run = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
    const check = makeCheck({ run, timeout: 100, interval: 0 }, clock);
    for (let i = 0; i < 10; i++) {
      const state = check.state();
      await clock.advanceAsync(100);
      expect(await state).toMatchObject({ status: 'fail' });
    }
    expect(ends).toHaveLength(3);
    // One of them comes back after all: it may be tried again.
    ends[0]!();
    await settle();
    void check.state();
    await settle();
    expect(ends).toHaveLength(4);
    check.close();
  });

  test('recovers by itself, with what mends it called ever more rarely', async () => {
    const clock = new FakeClock();
    let isWell = false;
    let mended = 0;
    const recover = (): void => {
      isWell = ++mended === 3;
      throw new Error('even so');
    };
    const check = makeCheck({ run: () => isWell, interval: '1h', recover }, clock);
    await check.state();
    for (const [waited, times] of [
      [1_999, 0],
      [1, 1],
      [4_000, 2],
      [7_999, 2],
      [1, 3],
    ] as const) {
      await clock.advanceAsync(waited);
      expect(mended).toBe(times);
    }
    expect(await check.state()).toMatchObject({ status: 'pass' });
    expect(clock.pendingTimers).toBe(0);
  });

  test('that is closed waits for nothing', async () => {
    const clock = new FakeClock();
    const check = makeCheck({ run: () => false }, clock);
    await check.state();
    expect(clock.pendingTimers).toBe(1);
    check.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('changes only when enough results agree', async () => {
    const clock = new FakeClock();
    const results = [true, false, false, true, false, false, false, true, true];
    const check = makeCheck({ run: () => results.shift(), interval: 0, failAfter: 3, recoverAfter: 2 }, clock);
    const seen: string[] = [];
    while (results.length > 0) seen.push((await check.state()).status);
    expect(seen.join(' ')).toBe('pass pass pass pass pass pass fail fail pass');
    check.close();
  });

  test.each<[string, unknown]>([
    ['no function', { db: { timeout: 1 } }],
    ['no object', 'db'],
    ['a name with a space', { 'my db': () => true }],
    ['a timeout of nothing', { db: { run: () => true, timeout: 0 } }],
    ['a word for a flag', { db: { run: () => true, required: 'yes' } }],
  ])('with %s is refused', (_what, checks) => {
    expect(() => readChecks(checks)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });
});

describe('the probes', () => {
  const shutdown = (isReady: boolean): NonNullable<SystemOptions['shutdown']> => ({
    isReady,
    state: isReady ? 'running' : 'drain',
    on: () => () => {},
  });

  test('all are well from the start', async () => {
    for (const path of ['/livez', '/readyz', '/startupz']) expect(await probe(makeApi(), path)).toEqual([200, 'pass']);
  });

  test.each<[string, SystemOptions]>([
    ['ends', { shutdown: shutdown(false) }],
    ['sheds all', { shed: { status: () => ({ share: 1, shed: [] }) } }],
    ['has not started', { isStarted: false }],
    ['misses what it requires', { checks: { db: { run: () => false, required: true } } }],
  ])('a process that %s is not ready, and alive', async (_what, options) => {
    const api = makeApi(options);
    expect(await probe(api, '/readyz')).toEqual([503, 'fail']);
    expect(await probe(api, '/livez')).toEqual([200, 'pass']);
    api.close();
  });

  test.each<[string, SystemOptions]>([
    ['what others share', { checks: { db: () => false } }],
    ['little memory', { monitor: monitorAt('critical') }],
    ['a little shedding', { shed: { status: () => ({ share: 0.5, shed: [] }) } }],
  ])('%s does not make it unready', async (_what, options) => {
    const api = makeApi(options);
    expect(await probe(api, '/readyz')).toEqual([200, expect.stringMatching(/pass|warn/)]);
    api.close();
  });

  test('it has started when it says so', async () => {
    const api = makeApi({ isStarted: false });
    expect(await probe(api, '/startupz')).toEqual([503, 'fail']);
    api.markStarted();
    expect(await probe(api, '/startupz')).toEqual([200, 'pass']);
    expect(await probe(api, '/readyz')).toEqual([200, 'pass']);
  });

  test('tell more to those who are authorised, when asked', async () => {
    const api = makeApi({
      checks: { db: { run: () => Promise.reject(new Error('password=hunter2')), required: true } },
    });
    expect(await probe(api, '/readyz?verbose')).toEqual([503, 'fail']);
    const answer = await api.handle(requestFor('/readyz?verbose', { headers: AUTHORISED }));
    expect(await bodyOf(answer)).toBe('[+] startup: pass\n[+] shedding: pass\n[-] db: fail\nfail\n');
    api.close();
  });
});

describe('health', () => {
  test.each<[string, SystemOptions, number, string]>([
    ['nothing is wrong', {}, 200, 'pass'],
    ['memory gets short', { monitor: monitorAt('warning') }, 200, 'warn'],
    ['memory is about to run out', { monitor: monitorAt('critical') }, 503, 'fail'],
    ['something that is not required fails', { checks: { mail: () => false } }, 200, 'warn'],
    ['something required fails', { checks: { db: { run: () => false, required: true } } }, 503, 'fail'],
    [
      'the monitor is broken',
      {
        monitor: {
          status: () => {
            throw new Error('broken');
          },
        },
      },
      200,
      'warn',
    ],
    ['it ends', { shutdown: { isReady: false, state: 'drain', on: () => () => {} } }, 200, 'warn'],
  ])('when %s', async (_what, options, status, word) => {
    const api = makeApi(options);
    const answer = await api.handle(requestFor('/health'));
    expect([answer.status, await jsonOf(answer)]).toEqual([status, { status: word }]);
    api.close();
  });

  test('has details for those who are authorised alone', async () => {
    const clock = new FakeClock();
    const check = { run: () => ({ status: 'warn', value: 812, unit: 'ms', output: 'slow replica' }) };
    const api = makeApi({ checks: { 'db:latency': check }, version: '2.1.0', releaseId: 'f00d', clock });
    const open = await bodyOf(await api.handle(requestFor('/health')));
    expect(open).toBe('{"status":"warn"}\n');
    const details = await jsonOf(await api.handle(requestFor('/health', { headers: AUTHORISED })));
    expect(details).toMatchObject({ status: 'warn', version: '2.1.0', releaseId: 'f00d' });
    expect((details['checks'] as Record<string, unknown>)['db:latency']).toEqual([
      {
        status: 'warn',
        observedValue: 812,
        observedUnit: 'ms',
        time: '2026-01-01T00:00:00.000Z',
        output: 'slow replica',
      },
    ]);
  });

  test('is told in Spring’s words on request', async () => {
    const api = makeApi({ checks: { db: { run: () => false, required: true } } });
    const byFormat = await api.handle(requestFor('/health?format=spring', { headers: AUTHORISED }));
    expect(byFormat.status).toBe(503);
    expect(await jsonOf(byFormat)).toMatchObject({
      status: 'DOWN',
      components: { db: { status: 'DOWN' }, startup: { status: 'UP' } },
    });
    const byType = await api.handle(
      requestFor('/health', { headers: { accept: 'application/vnd.spring-boot.actuator.v3+json' } }),
    );
    expect(await jsonOf(byType)).toEqual({ status: 'DOWN' });
    api.close();
  });
});
