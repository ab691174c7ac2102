import { beforeEach, describe, expect, test } from 'vitest';
import { type SessionAlert, SessionBroker, type SessionBrokerOptions } from '../../../src/session/index.ts';
import { codeRejectedBy } from '../../helpers/error-code.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

let clock: FakeClock;
let alerts: SessionAlert[];
let closed: string[];

beforeEach(() => {
  clock = new FakeClock();
  alerts = [];
  closed = [];
});

/** A broker whose events go to the lists above. */
function makeBroker(options: SessionBrokerOptions = {}): SessionBroker {
  const broker = new SessionBroker({
    maxSessions: 3,
    store: { maxEntries: 5, warnUtilisation: false },
    clock,
    ...options,
  });
  broker.events.on('alert', (alert) => alerts.push(alert));
  broker.events.on('closed', ({ id, cause }) => closed.push(`${id} ${cause}`));
  return broker;
}

/** A promise and the function that resolves it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('sessions', () => {
  test('are opened once, found, and closed with all they have', async () => {
    const broker = makeBroker();
    const [a, same] = await Promise.all([broker.open('a'), broker.open('a')]);
    expect([same, broker.get('a'), [...broker]]).toEqual([a, a, [a]]);
    expect([broker.has('a'), broker.has('b'), broker.get('b')]).toEqual([true, false, undefined]);
    const ended: string[] = [];
    a.store.set('key', 1);
    a.scope.defer(() => ended.push(`with ${String(a.store.get('key'))}`));
    expect(await broker.close('a')).toBe(true);
    expect(await broker.close('a')).toBe(false);
    expect([ended, a.state, a.signal.aborted, closed]).toEqual([['with 1'], 'closed', true, ['a closed']]);
    expect(() => a.store.set('key', 2)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_CACHE_CLOSED' }));
    expect(() => a.scope.defer(() => {})).toThrow(expect.objectContaining({ code: 'PLIM_ERR_SCOPE_DISPOSED' }));
    expect(() => a.budget.charge('x', 1)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_SESSION_CLOSED' }));
    expect(() => a.hold()).toThrow(expect.objectContaining({ code: 'PLIM_ERR_SESSION_CLOSED' }));
    await a.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('never meet, whatever their names and keys hold', async () => {
    const names = ['a:b', 'a', '__proto__', '', 'constructor', 'x'.repeat(1_000_000), 'é', 'e\u0301', 'а', 'toString'];
    const broker = makeBroker({ maxSessions: names.length, store: { maxEntries: 20 } });
    const sessions = await Promise.all(names.map((name) => broker.open(name)));
    for (const session of sessions) for (const key of names) session.store.set(key, [session.id, key]);
    for (const session of sessions) {
      expect(broker.get(session.id)).toBe(session);
      for (const key of names) expect(session.store.get(key)).toEqual([session.id, key]);
    }
    await broker.close('a');
    expect(broker.size).toBe(names.length - 1);
    for (const session of sessions) if (session.id !== 'a') expect(session.store.size).toBe(names.length);
  });

  test('one that is closing is not given away: who opens it waits for the next', async () => {
    const broker = makeBroker();
    const first = await broker.open('a');
    const { opened, open } = gate();
    first.scope.defer(() => opened);
    const closing = broker.close('a');
    const next = broker.open('a');
    expect([broker.get('a'), broker.has('a'), broker.stats()]).toMatchObject([
      undefined,
      false,
      { open: 0, closing: 1, queued: 1 },
    ]);
    open();
    expect(await closing).toBe(true);
    expect((await next) === first).toBe(false);
    expect((await next).state).toBe('open');
  });

  test('an error of one touches no other', async () => {
    const broker = makeBroker();
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((id) => broker.open(id)));
    const ended: string[] = [];
    a!.scope.defer(() => ended.push('a'));
    b!.scope.defer(() => {
      throw new Error('broken');
    });
    c!.scope.defer(() => ended.push('c'));
    expect(await codeRejectedBy(broker.closeAll())).toBe('Error: broken');
    expect([ended.sort(), closed, broker.size]).toEqual([['a', 'c'], ['a closed', 'b closed', 'c closed'], 0]);
    expect(alerts).toEqual([]);
  });

  test('errors of several come as one', async () => {
    const broker = makeBroker();
    for (const id of 'abc') {
      const { scope } = await broker.open(id);
      scope.defer(() => Promise.reject(id));
    }
    await expect(broker.closeAll()).rejects.toMatchObject({ errors: ['a', 'b', 'c'] });
  });

  test('one that takes too long is left behind', async () => {
    const broker = makeBroker({ closeTimeout: '1s' });
    const { scope } = await broker.open('a');
    scope.defer(() => new Promise(() => {}));
    const closing = codeRejectedBy(broker.close('a'));
    await clock.advanceAsync(1000);
    expect(await closing).toBe('PLIM_ERR_SCOPE_TIMEOUT');
    expect(broker.stats()).toMatchObject({ open: 0, closing: 0 });
  });

  test('may be closed, opened and looked at from inside their disposers and by listeners', async () => {
    const broker = makeBroker();
    const { scope } = await broker.open('a');
    const seen: unknown[] = [];
    scope.defer(async () => {
      seen.push(await broker.close('a'), broker.has('a'), await codeRejectedBy(broker.open('a')));
      await broker.closeAll();
      seen.push((await broker.open('b')).id);
    });
    broker.events.on('closed', async ({ id }) => {
      if (id === 'a') seen.push((await broker.open('a')).state);
    });
    await broker.close('a');
    await settle();
    expect(seen).toEqual([true, false, 'PLIM_ERR_SESSION_CLOSED', 'b', 'open']);
    expect([...broker].map(({ id }) => id).sort()).toEqual(['a', 'b']);
  });

  test('two that close each other do not wait for ever', async () => {
    const broker = makeBroker();
    const [a, b] = [await broker.open('a'), await broker.open('b')];
    a.scope.defer(async () => void (await broker.close('b')));
    b.scope.defer(async () => void (await broker.close('a')));
    expect(await broker.close('a')).toBe(true);
    expect(broker.size).toBe(0);
  });

  test('those opened while all are closed stay', async () => {
    const broker = makeBroker();
    const { opened, open } = gate();
    (await broker.open('a')).scope.defer(() => opened);
    const closing = broker.closeAll();
    const b = await broker.open('b');
    open();
    await closing;
    expect([b.state, broker.size]).toEqual(['open', 1]);
  });
});

describe('the end of the broker', () => {
  test('closes all, refuses all, and lets go of every listener', async () => {
    const broker = makeBroker({ maxSessions: 1, onFull: 'queue' });
    await broker.open('a');
    const waiting = codeRejectedBy(broker.open('b'));
    await broker[Symbol.asyncDispose]();
    expect(await waiting).toBe('PLIM_ERR_SESSION_CLOSED');
    expect(await codeRejectedBy(broker.open('c'))).toBe('PLIM_ERR_SESSION_CLOSED');
    expect([closed, broker.events.count(), clock.pendingTimers]).toEqual([['a closed'], 0, 0]);
    await broker.shutdown();
  });

  test('tells what failed', async () => {
    const broker = makeBroker();
    (await broker.open('a')).scope.defer(() => Promise.reject('broken'));
    await expect(broker.shutdown()).rejects.toBe('broken');
    expect(broker.events.count()).toBe(0);
  });
});

describe('admission', () => {
  test('refuses when there is no room, of number or of bytes', async () => {
    const broker = makeBroker({ maxSessions: 3, perSession: 100, total: 250, store: { maxBytes: 50 } });
    await broker.open('a');
    await broker.open('b');
    expect(await codeRejectedBy(broker.open('c'))).toBe('PLIM_ERR_SESSION_REFUSED');
    expect((await broker.open('c', { maxBytes: 50 })).budget.limitBytes).toBe(50);
    expect(broker.stats()).toMatchObject({ open: 3, reservedBytes: 250, totalBytes: 250, refused: 1, opened: 3 });
    expect(await codeRejectedBy(broker.open('d', { maxBytes: 1 }))).toBe('PLIM_ERR_SESSION_REFUSED');
    await broker.close('a');
    await broker.open('d');
  });

  test('serves those who wait in order, and lets nobody pass', async () => {
    const broker = makeBroker({ maxSessions: 5, perSession: 100, total: 100, onFull: 'queue' });
    await broker.open('a');
    const order: string[] = [];
    const ask = (id: string, maxBytes: number): Promise<unknown> =>
      broker.open(id, { maxBytes }).then(() => order.push(id));
    const asked = [ask('large', 80), ask('small', 10), ask('large too', 90)];
    await settle();
    expect(broker.stats().queued).toBe(3);
    await broker.close('a');
    await settle();
    expect(order).toEqual(['large', 'small']);
    await broker.close('large');
    await Promise.all(asked);
    expect(order).toEqual(['large', 'small', 'large too']);
  });

  test('who waits gives up in time, or when told to, and makes way for those behind', async () => {
    const broker = makeBroker({ maxSessions: 2, perSession: 100, total: 100, onFull: 'queue', queueDeadline: '30s' });
    await broker.open('a', { maxBytes: 50 });
    const large = codeRejectedBy(broker.open('large'));
    const controller = new AbortController();
    const aborted = codeRejectedBy(broker.open('aborted', { signal: controller.signal }));
    const small = broker.open('small', { maxBytes: 50, deadline: '1h' });
    controller.abort('no longer wanted');
    expect(await aborted).toBe('no longer wanted');
    await clock.advanceAsync(30_000);
    expect(await large).toBe('PLIM_ERR_SESSION_TIMEOUT');
    expect((await small).id).toBe('small');
    expect(await codeRejectedBy(broker.open('b', { signal: AbortSignal.abort('before') }))).toBe('before');
    expect(broker.stats().queued).toBe(0);
  });

  test('only so many may wait', async () => {
    const broker = makeBroker({ maxSessions: 1, onFull: 'queue', maxQueued: 1 });
    await broker.open('a');
    const waiting = broker.open('b');
    expect(await codeRejectedBy(broker.open('c'))).toBe('PLIM_ERR_SESSION_REFUSED');
    await broker.close('a');
    await waiting;
  });

  test('all who wait for one session get the same', async () => {
    const broker = makeBroker({ maxSessions: 1, onFull: 'queue' });
    await broker.open('a');
    const waiting = [broker.open('b'), broker.open('b')];
    await broker.close('a');
    const [one, other] = await Promise.all(waiting);
    expect(one).toBe(other);
  });

  test('closes the least recently used that nobody holds', async () => {
    const broker = makeBroker({ maxSessions: 3, onFull: 'closeLeastRecent' });
    for (const id of 'abc') await broker.open(id);
    broker.get('a');
    const hold = broker.get('b')!.hold();
    broker.get('c');
    const d = await broker.open('d');
    expect([closed, d.state]).toEqual([['a evicted'], 'open']);
    hold.dispose();
    hold.dispose();
    await Promise.all([broker.open('e'), broker.open('f')]);
    expect(closed).toEqual(['a evicted', 'c evicted', 'd evicted']);
    expect(broker.size).toBe(3);
  });

  test('where everybody is held, who comes waits', async () => {
    const broker = makeBroker({ maxSessions: 1, onFull: 'closeLeastRecent' });
    (await broker.open('a')).hold();
    const waiting = codeRejectedBy(broker.open('b'));
    await clock.advanceAsync(30_000);
    expect(await waiting).toBe('PLIM_ERR_SESSION_TIMEOUT');
  });

  test('closes no more than it needs to, however many bytes each has', async () => {
    const broker = makeBroker({ maxSessions: 10, perSession: 100, total: 100, onFull: 'closeLeastRecent' });
    for (const id of 'abcd') await broker.open(id, { maxBytes: 25 });
    await broker.open('half', { maxBytes: 50 });
    expect(closed).toEqual(['a evicted', 'b evicted']);
  });

  test('what fails in a session that is closed to make room is told', async () => {
    const broker = makeBroker({ maxSessions: 1, onFull: 'closeLeastRecent' });
    (await broker.open('a')).scope.defer(() => Promise.reject(new Error('broken')));
    await broker.open('b');
    await settle();
    expect(alerts).toMatchObject([{ level: 'critical', code: 'PLIM_WARN_SESSION_FAILED', session: 'a' }]);
  });
});

describe('time', () => {
  test('closes what is idle, but nothing that is held, and what is old', async () => {
    const broker = makeBroker({ idleTtl: '1m', ttl: '10m' });
    for (const id of ['idle', 'used', 'held']) await broker.open(id);
    const hold = broker.get('held')!.hold();
    for (let i = 0; i < 3; i++) {
      await clock.advanceAsync(40_000);
      broker.get('used');
    }
    expect(closed).toEqual(['idle idle']);
    expect([broker.get('used')!.idleMs, broker.get('held')!.ageMs]).toEqual([0, 120_000]);
    hold.dispose();
    await clock.advanceAsync(60_000);
    expect(closed.slice(1).sort()).toEqual(['held idle', 'used idle']);
    await broker.open('old');
    for (let minute = 0; minute < 10; minute++) {
      await clock.advanceAsync(59_000);
      broker.get('old');
    }
    await clock.advanceAsync(10_000);
    expect(closed.at(-1)).toBe('old expired');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('watching over the ends', () => {
  test('closed sessions go to the watcher with what they had', async () => {
    const watched: [object, string][] = [];
    const broker = makeBroker({ watcher: { expectCollected: (...args) => watched.push(args) } });
    const a = await broker.open('a');
    await broker.close('a');
    expect(watched.map(([object]) => [a, a.scope, a.store].indexOf(object as never))).toEqual([0, 1, 2]);
    expect(watched.map(([, label]) => label)).toEqual(['session "a"', 'scope of session "a"', 'store of session "a"']);
  });

  test('a watcher that throws is told of, and stops nothing', async () => {
    const broker = makeBroker({
      watcher: {
        expectCollected: () => {
          throw new Error('no');
        },
      },
    });
    await broker.open('a');
    expect(await broker.close('a')).toBe(true);
    expect(alerts).toMatchObject([{ code: 'PLIM_WARN_SESSION_FAILED' }]);
  });
});

describe('bad input', () => {
  test.each<[unknown]>([
    [undefined],
    [{}],
    [{ maxSessions: 0 }],
    [{ maxSessions: '5' }],
    [{ total: '1MB' }],
    [{ perSession: '2MB', total: '1MB' }],
    [{ maxSessions: 1, perSession: '1MB', components: { cache: '2MB' } }],
    [{ maxSessions: 1, perSession: '1MB', components: 5 }],
    [{ maxSessions: 1, perSession: '1MB', store: { maxBytes: '2MB' } }],
    [{ maxSessions: 1, store: 5 }],
    [{ maxSessions: 1, warnAt: 0 }],
    [{ maxSessions: 1, onOver: 'ignore' }],
    [{ maxSessions: 1, onFull: 'ignore' }],
    [{ maxSessions: 1, queueDeadline: 'soon' }],
    [{ maxSessions: 1, maxQueued: -1 }],
    [{ maxSessions: 1, idleTtl: 0 }],
    [{ maxSessions: 1, watcher: {} }],
    [{ maxSessions: 1, logger: {} }],
    [{ maxSessions: 1, name: '' }],
  ])('%j', (options) => {
    expect(() => new SessionBroker(options as never)).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }),
    );
  });

  test('a store without a bound is refused when the first session is opened', async () => {
    const broker = new SessionBroker({ maxSessions: 1 });
    expect(await codeRejectedBy(broker.open('a'))).toBe('PLIM_ERR_OPTION_INVALID');
    expect(broker.stats()).toMatchObject({ open: 0, queued: 0 });
  });

  test.each([[5], [undefined], [{}]])('an id that is %j', async (id) => {
    expect(await codeRejectedBy(makeBroker().open(id as never))).toBe('PLIM_ERR_OPTION_INVALID');
  });

  test.each([[{ maxBytes: '2MB' }], [{ maxBytes: 0 }], [{ deadline: 'soon' }]])('open with %j', async (options) => {
    expect(await codeRejectedBy(makeBroker({ perSession: '1MB' }).open('a', options))).toBe('PLIM_ERR_OPTION_INVALID');
  });
});
