import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type Session,
  type SessionAlert,
  SessionBroker,
  type SessionBrokerOptions,
} from '../../../src/session/index.ts';
import { codeThrownBy } from '../../helpers/error-code.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const KB = 1024;
let clock: FakeClock;
let alerts: SessionAlert[];
let broker: SessionBroker;

beforeEach(() => {
  clock = new FakeClock();
  alerts = [];
});

/** A session of a broker as in the mission's fourth system, in kilobytes. */
async function openSession(options: Partial<SessionBrokerOptions> = {}): Promise<Session> {
  broker = new SessionBroker({
    maxSessions: 15,
    perSession: '10KB',
    total: '150KB',
    components: { cache: '5KB', modules: '2KB', broker: '1KB', renderer: '1KB', headroom: '1KB' },
    store: { maxEntries: 20, maxBytes: '5KB', sizeOf: (value) => Number(value), warnUtilisation: false },
    clock,
    ...options,
  });
  broker.events.on('alert', (alert) => alerts.push(alert));
  return broker.open('s');
}

describe('charges', () => {
  test('count by component, and in all; the store counts by itself', async () => {
    const session = await openSession();
    const { budget, store } = session;
    budget.charge('modules', '1KB');
    budget.charge('modules', 512);
    store.set('page', 2 * KB);
    expect([budget.used('modules'), budget.used('cache'), budget.used()]).toEqual([1536, 2 * KB, 1536 + 2 * KB]);
    expect([budget.left('modules'), budget.left('cache'), budget.left()]).toEqual([512, 3 * KB, 6.5 * KB]);
    budget.release('modules', 512);
    expect(budget.used()).toBe(3 * KB);
    expect(session.usage()).toMatchObject({
      bytes: 3 * KB,
      limitBytes: 10 * KB,
      utilisation: 0.3,
      level: 'ok',
      store: { entries: 1, bytes: 2 * KB },
      components: { cache: { bytes: 2 * KB, limitBytes: 5 * KB }, renderer: { bytes: 0, level: 'ok' } },
    });
  });

  test('beyond a component are refused, with one critical alert', async () => {
    const { budget } = await openSession();
    budget.charge('renderer', 512);
    expect(codeThrownBy(() => budget.charge('renderer', 513))).toBe('PLIM_ERR_SESSION_BUDGET');
    expect([budget.tryCharge('renderer', 513), budget.tryCharge('renderer', 512)]).toEqual([false, true]);
    expect(alerts).toMatchObject([
      { level: 'critical', code: 'PLIM_WARN_SESSION_BUDGET', session: 's', component: 'renderer' },
    ]);
    expect(alerts[0]!.message).toContain(
      'The session "s" uses 512 B of its 1.0 KiB for "renderer": 513 B more were refused.',
    );
  });

  test('beyond the whole are refused, or have the store give way, as configured', async () => {
    const options = { components: {}, store: { maxBytes: '10KB', sizeOf: Number, policy: 'lru' } } as const;
    for (const onOver of ['refuse', 'evict'] as const) {
      const { components: _none, ...rest } = options;
      const session = await openSession({ ...rest, onOver, components: undefined as never });
      for (let i = 0; i < 8; i++) session.store.set(i, KB);
      expect(session.budget.tryCharge('page', 4 * KB)).toBe(onOver === 'evict');
      expect([...session.store.keys()]).toEqual(onOver === 'evict' ? [2, 3, 4, 5, 6, 7] : [0, 1, 2, 3, 4, 5, 6, 7]);
      expect(session.budget.tryCharge('page', 11 * KB)).toBe(false);
    }
  });

  test('warn once at 80 %, and again only after less than 70 %', async () => {
    const { budget } = await openSession();
    const levels: (readonly [number, number])[] = [];
    for (const bytes of [1600, 1700, 1640, 1500, 1700, 1400, 1638, 1639]) {
      const used = budget.used('modules');
      if (bytes > used) budget.charge('modules', bytes - used);
      else budget.release('modules', used - bytes);
      levels.push([bytes, alerts.length]);
    }
    expect(levels).toEqual([
      [1600, 0],
      [1700, 1],
      [1640, 1],
      [1500, 1],
      [1700, 1],
      [1400, 1],
      [1638, 1],
      [1639, 2],
    ]);
    expect(alerts[0]).toMatchObject({ level: 'warning', component: 'modules', session: 's' });
  });

  test('what the store has grown by is noticed when somebody looks', async () => {
    const session = await openSession();
    session.store.set('page', 4.5 * KB);
    expect(alerts).toEqual([]);
    clock.advance(60_000);
    expect(alerts).toMatchObject([{ level: 'warning', component: 'cache' }]);
    session.usage();
    expect(alerts.length).toBe(1);
  });

  test('of all sessions together are warned of', async () => {
    const session = await openSession({
      maxSessions: 2,
      total: '12KB',
      perSession: '6KB',
      components: { a: '6KB' },
      store: { maxEntries: 1 },
    });
    const other = await broker.open('t');
    session.budget.charge('a', '5.9KB');
    other.budget.charge('a', '4KB');
    alerts = [];
    clock.advance(60_000);
    expect(alerts).toMatchObject([{ level: 'warning', code: 'PLIM_WARN_SESSION_TOTAL', session: undefined }]);
    clock.advance(60_000);
    expect([alerts.length, broker.stats().usedBytes]).toEqual([1, Math.floor(5.9 * KB) + 4 * KB]);
  });
});

describe('any components', () => {
  test('may be charged where none are named, also with strange names', async () => {
    const { budget } = await openSession({ components: undefined as never, store: { maxEntries: 1 } });
    for (const name of ['__proto__', '', 'a:b']) budget.charge(name, 10);
    expect(Object.entries(budget.components()).map(([name, { bytes }]) => [name, bytes])).toEqual([
      ['__proto__', 10],
      ['', 10],
      ['a:b', 10],
      ['cache', 0],
    ]);
    budget.release('__proto__', 10);
    expect(Object.keys(budget.components())).toEqual(['', 'a:b', 'cache']);
  });
});

describe('bad input', () => {
  test.each<[string, unknown, unknown]>([
    ['charge', 'nobody', 1],
    ['charge', 'renderer', -1],
    ['charge', 'renderer', Number.NaN],
    ['charge', 'renderer', 'much'],
    ['charge', undefined, 1],
    ['release', 'renderer', 1],
    ['release', 'nobody', 1],
  ])('%s(%j, %j)', async (method, component, bytes) => {
    const { budget } = await openSession();
    expect(codeThrownBy(() => budget[method as 'charge'](component as string, bytes as number))).toBe(
      'PLIM_ERR_OPTION_INVALID',
    );
    expect(budget.used()).toBe(0);
  });

  test('a release after the end does nothing', async () => {
    const session = await openSession();
    session.budget.charge('renderer', 10);
    session.scope.defer(() => session.budget.release('renderer', 10));
    await session.close();
    session.budget.release('renderer', 10);
    expect(session.budget.used()).toBe(0);
  });
});

describe('alerts that nobody listens to', () => {
  test('become one warning of the process for each code', async () => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const quiet = new SessionBroker({ maxSessions: 2, perSession: 100, store: { maxEntries: 1 }, clock });
    for (const id of 'ab') (await quiet.open(id)).budget.charge('x', 90);
    expect(emit.mock.calls.map(([, options]) => (options as { code: string }).code)).toEqual([
      'PLIM_WARN_SESSION_BUDGET',
    ]);
    emit.mockRestore();
  });

  test('go to the logger', async () => {
    const lines: unknown[] = [];
    const line = (level: string) => (fields: object, message: string) => void lines.push([level, fields, message]);
    const logger = { debug: line('debug'), warn: line('warn'), error: line('error') };
    const quiet = new SessionBroker({ maxSessions: 2, perSession: 100, store: { maxEntries: 1 }, clock, logger });
    const { budget } = await quiet.open('a');
    budget.charge('x', 90);
    budget.tryCharge('x', 90);
    expect(lines).toMatchObject([
      ['warn', { code: 'PLIM_WARN_SESSION_BUDGET', session: 'a' }, expect.stringContaining('90 B of its 100 B, 90 %')],
      ['error', { code: 'PLIM_WARN_SESSION_BUDGET' }, expect.stringContaining('refused')],
    ]);
    const broken = new SessionBroker({
      maxSessions: 2,
      perSession: 100,
      store: { maxEntries: 1 },
      clock,
      logger: {
        ...logger,
        warn: () => {
          throw new Error('full');
        },
      },
    });
    (await broken.open('a')).budget.charge('x', 90);
    expect(broken.stats().alerts).toEqual({ warning: 1, critical: 0 });
  });
});
