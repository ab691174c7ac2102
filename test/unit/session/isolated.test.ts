/** Both sides of an isolated session in one thread, with a message channel between them; test/program has real workers. */
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isPlimsollError } from '../../../src/base/errors.ts';
import { Scope } from '../../../src/scope/index.ts';
import type { AlertText } from '../../../src/session/alert.ts';
import { IsolatedSession, type WorkerPort } from '../../../src/session/isolated/isolated-session.ts';
import { DATA_KEY, type WorkerSettings, type WorkerStart } from '../../../src/session/isolated/protocol.ts';
import {
  type PortLike,
  serveOn,
  serveSession,
  type WorkerSession,
} from '../../../src/session/isolated/serve-session.ts';
import { SessionBroker } from '../../../src/session/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

const settings: WorkerSettings = {
  limitBytes: 1000,
  components: undefined,
  warnAt: 0.8,
  onOver: 'refuse',
  store: { maxEntries: 5, warnUtilisation: false },
};

let alerts: AlertText[];
let lost: string[];
let emit: (event: string, value: unknown) => void;
let inside: WorkerSession | undefined;
let clock: FakeClock;
const channels: MessageChannel[] = [];

beforeEach(() => {
  alerts = [];
  lost = [];
  inside = undefined;
  clock = new FakeClock();
});

afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

const handlers = {
  add: (_session: WorkerSession, a: number, b: number) => a + b,
  remember: ({ store }: WorkerSession, key: string) => store.get(key),
  fail: () => {
    throw Object.assign(new RangeError('not so'), { code: 'E_NOT_SO' });
  },
  failOddly: () => {
    throw { toString: () => 'odd', method: () => {} };
  },
  overspend: ({ budget }: WorkerSession) => budget.charge('work', 2000),
  uncopied: () => () => {},
  endless: () => new Promise(() => {}),
};

/** A session whose worker is this thread. */
function open(data?: unknown): IsolatedSession {
  const start = (_options: object, _maxHeap: number, all: object): WorkerPort => {
    const channel = new MessageChannel();
    channels.push(channel);
    const { port1, port2 } = channel;
    const { id, ...rest } = (all as Record<string, WorkerStart>)[DATA_KEY]!;
    inside = serveOn(port2 as unknown as PortLike, { id, ...rest }, handlers);
    const listeners = new Map<string, (value: never) => void>();
    emit = (event, value) => listeners.get(event)?.(value as never);
    return {
      postMessage: (message) => port1.postMessage(message),
      on: (event, listener) => {
        listeners.set(event, listener);
        if (event === 'message') port1.on('message', (message) => listener(message as never));
      },
      terminate: async () => {
        port1.close();
        emit('exit', 1);
      },
    };
  };
  const host = { now: () => clock.steadyNow(), used: () => {}, close: async () => {} };
  return new IsolatedSession('s', new Scope({ clock }), 1000, host, {
    options: { module: 'nowhere', data },
    clock,
    settings,
    alert: (alert) => alerts.push(alert),
    lost: (cause) => lost.push(cause),
    start,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a session in a worker', () => {
  test('calls, stores and charges as any other, with promises', async () => {
    const session = open({ from: 'outside' });
    await session.ready;
    expect(inside!.data).toEqual({ from: 'outside' });
    expect(await session.call('add', [2, 3])).toBe(5);
    await session.store.set('key', { deep: [1] });
    expect(await Promise.all([session.store.get('key'), session.store.peek('key'), session.store.has('key')])).toEqual([
      { deep: [1] },
      { deep: [1] },
      true,
    ]);
    expect(await session.call('remember', ['key'])).toEqual({ deep: [1] });
    expect([await session.store.delete('key'), await session.store.has('key')]).toEqual([true, false]);
    await session.store.set(1, 1);
    await session.store.clear();
    await session.budget.charge('work', 850);
    expect(await session.usage()).toMatchObject({
      bytes: 850,
      level: 'warning',
      store: { entries: 0 },
      components: { work: { bytes: 850 } },
      heap: { limitBytes: 64 * 1024 * 1024 },
    });
    await session.budget.release('work', 850);
    expect(alerts).toMatchObject([{ level: 'warning', code: 'PLIM_WARN_SESSION_BUDGET' }]);
  });

  test('errors come back as what they were', async () => {
    const session = open();
    const failure = await failureOf(session.call('fail'));
    expect(failure).toBeInstanceOf(RangeError);
    expect(failure).toMatchObject({ message: 'not so', code: 'E_NOT_SO' });
    expect(await failureOf(session.call('failOddly'))).toMatchObject({ message: 'odd' });
    for (const [promise, code] of [
      [session.call('overspend'), 'PLIM_ERR_SESSION_BUDGET'],
      [session.budget.charge('work', -1), 'PLIM_ERR_OPTION_INVALID'],
      [session.call('constructor'), 'PLIM_ERR_OPTION_INVALID'],
      [session.call('__proto__'), 'PLIM_ERR_OPTION_INVALID'],
    ] as const) {
      expect(isPlimsollError(await failureOf(promise), code)).toBe(true);
    }
    expect(await failureOf(session.call('uncopied'))).toMatchObject({ name: 'DataCloneError' });
    expect(await failureOf(session.store.set('f', () => {}))).toMatchObject({ name: 'DataCloneError' });
    expect(await session.call('add', [1, 1])).toBe(2);
  });

  test('whoever waits gives up in time, or when told to', async () => {
    const session = open();
    const late = failureOf(session.call('endless', [], { deadline: '5s' }));
    const controller = new AbortController();
    const aborted = failureOf(session.call('endless', [], { signal: controller.signal }));
    await settle();
    expect(session.isHeld).toBe(true);
    controller.abort('enough');
    await clock.advanceAsync(5000);
    expect(isPlimsollError(await late, 'PLIM_ERR_SESSION_TIMEOUT')).toBe(true);
    expect([await aborted, session.isHeld]).toEqual(['enough', false]);
  });

  test('when its worker dies, all who wait hear of it, and an alert says so', async () => {
    for (const [event, value, cause] of [
      ['error', Object.assign(new Error('oom'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }), 'memory'],
      ['error', new Error('broken'), 'failed'],
      ['exit', 7, 'failed'],
    ] as const) {
      [alerts, lost] = [[], []];
      const session = open();
      await session.ready;
      const waiting = failureOf(session.call('endless'));
      await settle();
      emit(event, value);
      emit('exit', 1);
      expect(isPlimsollError(await waiting, 'PLIM_ERR_SESSION_WORKER')).toBe(true);
      expect(isPlimsollError(await failureOf(session.usage()), 'PLIM_ERR_SESSION_WORKER')).toBe(true);
      expect([alerts.map(({ code, level }) => `${code} ${level}`), lost]).toEqual([
        ['PLIM_WARN_SESSION_WORKER critical'],
        [cause],
      ]);
    }
  });
});

describe('bad input', () => {
  test('serveSession() outside a worker of ours, and handlers that are none', () => {
    expect(() => serveSession({})).toThrow(expect.objectContaining({ code: 'PLIM_ERR_SESSION_WORKER' }));
    const { port1 } = new MessageChannel();
    expect(() => serveOn(port1 as unknown as PortLike, { id: 'a', settings, data: 1 }, { a: 1 as never })).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }),
    );
    port1.close();
  });

  test.each([[{ module: 5 }], [{ module: '/tmp/x.mjs', maxHeap: '1MB' }], [{ module: '/tmp/x.mjs', maxHeap: 'big' }]])(
    'openIsolated with %j',
    async (options) => {
      const broker = new SessionBroker({ maxSessions: 1, store: { maxEntries: 1 } });
      const error = await failureOf(broker.openIsolated('a', options as never));
      expect(isPlimsollError(error, 'PLIM_ERR_OPTION_INVALID')).toBe(true);
      expect(broker.size).toBe(0);
    },
  );
});
