import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BusListener, BusOp } from '../../../src/tier/bus/bus.ts';
import { InvalidationBus } from '../../../src/tier/bus/invalidation-bus.ts';
import { type BusMessage, decodeMessage, encodeMessage } from '../../../src/tier/bus/message.ts';
import { Origins } from '../../../src/tier/bus/origins.ts';
import { Outbox } from '../../../src/tier/bus/outbox.ts';
import { TrackingBus } from '../../../src/tier/bus/tracking-bus.ts';
import { newStamp } from '../../../src/tier/stamp.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';
import { holds } from '../../helpers/properties.ts';

const stamp = fc.stringMatching(/^[\w-]{12}$/);
const op: fc.Arbitrary<BusOp> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key: fc.string(), stamp }),
  fc.record({ kind: fc.constant('delete' as const), key: fc.string() }),
  fc.record({ kind: fc.constant('tag' as const), tag: fc.string() }),
  fc.record({ kind: fc.constant('clear' as const), generation: stamp }),
);
const message: fc.Arbitrary<BusMessage> = fc.record({
  origin: stamp,
  epoch: fc.nat(),
  seq: fc.maxSafeNat(),
  met: fc.array(fc.record({ origin: stamp, next: fc.maxSafeNat() })),
  isLast: fc.boolean(),
  ops: fc.array(op),
});

describe('messages', () => {
  test('come back as they were', () => {
    holds(
      fc.property(message, (one) => {
        expect(decodeMessage(encodeMessage(one))).toEqual(one);
      }),
      200,
    );
  });

  test('that are cut off, longer, or anything else are none', () => {
    const bytes = encodeMessage({
      origin: newStamp(),
      epoch: 1,
      seq: 300,
      met: [{ origin: newStamp(), next: 200 }],
      isLast: false,
      ops: [{ kind: 'delete', key: 'k' }],
    });
    for (let length = 0; length < bytes.length; length++)
      expect(decodeMessage(bytes.subarray(0, length))).toBeUndefined();
    expect(decodeMessage(Buffer.concat([bytes, Buffer.of(0)]))).toBeUndefined();
    holds(
      fc.property(fc.uint8Array(), (any) => void decodeMessage(Buffer.from(any))),
      200,
    );
  });
});

describe('Origins', () => {
  const from = (origin: string, seq: number, more: Partial<BusMessage> = {}): BusMessage => ({
    origin,
    epoch: 0,
    seq,
    met: [],
    isLast: false,
    ops: [],
    ...more,
  });

  test('notice what is missing', () => {
    const origins = new Origins('us');
    expect(origins.hear(from('a', 0), 0)).toBeUndefined();
    expect(origins.hear(from('a', 1), 0)).toBeUndefined();
    expect(origins.hear(from('a', 3), 0)).toBe('a message is missing');
    expect(origins.hear(from('a', 4, { epoch: 1 }), 0)).toBe('another process could not tell what it wrote');
  });

  const BEGAN_BEFORE = 'a process was heard that had begun before';
  const metUs = (next: number) => ({
    met: [
      { origin: 'someone', next: 0 },
      { origin: 'us', next },
    ],
  });

  test.each([
    ['all that it sent after it had heard us', 7, [{}, metUs(7)], [undefined, undefined]],
    ['more than that', 7, [{}, {}, metUs(9)], [undefined, undefined, undefined]],
    ['that at once', 7, [metUs(7)], [undefined]],
    ['not the first of it', 7, [{}, metUs(6)], [undefined, BEGAN_BEFORE]],
    ['not the first of it, at once', 7, [metUs(6)], [BEGAN_BEFORE]],
    ['the first of all, after something was dropped', 1, [{ epoch: 1, ...metUs(0) }], [BEGAN_BEFORE]],
    ['nothing but its last', 7, [{ isLast: true }], [BEGAN_BEFORE]],
  ])('of a process that had begun before, were heard: %s', (_what, first, messages, expected) => {
    const origins = new Origins('us');
    expect(messages.map((more, at) => origins.hear(from('b', first + at, more), 0))).toEqual(expected);
    expect(origins.unsureSince(1)).toBe(false);
  });

  test('a process that had begun before and never hears us is told of once', () => {
    const origins = new Origins('us');
    origins.hear(from('b', 7), 5);
    origins.hear(from('b', 8), 6);
    expect([origins.unsureSince(5), origins.unsureSince(6), origins.unsureSince(9)]).toEqual([false, true, false]);
  });

  test('notice who falls silent, once, and not who leaves', () => {
    const origins = new Origins('us');
    origins.hear(from('stays', 0), 0);
    origins.hear(from('leaves', 0), 0);
    origins.hear(from('leaves', 1, { isLast: true }), 1);
    expect(origins.silentSince(0)).toBe(false);
    expect(origins.silentSince(5)).toBe(true);
    expect(origins.silentSince(9)).toBe(false);
    origins.hear(from('stays', 1), 10);
    expect(origins.silentSince(11)).toBe(true);
    expect(origins.size).toBe(1);
  });
});

describe('Outbox', () => {
  const flush = (): Promise<void> => settle();

  test('sends together what is told together', async () => {
    const sent: BusMessage[] = [];
    const outbox = new Outbox(newStamp(), 100);
    outbox.connect(async (bytes) => void sent.push(decodeMessage(bytes)!));
    outbox.add({ kind: 'delete', key: 'a' });
    outbox.add({ kind: 'delete', key: 'b' });
    await flush();
    expect(sent).toMatchObject([{ seq: 0, epoch: 0, ops: [{ key: 'a' }, { key: 'b' }] }]);
  });

  test('what could not be sent moves the epoch', async () => {
    const sent: BusMessage[] = [];
    const outbox = new Outbox(newStamp(), 100);
    outbox.connect(() => {
      throw new Error('down');
    });
    outbox.add({ kind: 'delete', key: 'a' });
    await flush();
    outbox.connect(async (bytes) => void sent.push(decodeMessage(bytes)!));
    await outbox.sendNow();
    expect([outbox.unpublished, sent[0]!.epoch, sent[0]!.seq]).toEqual([1, 1, 1]);
  });

  test('keeps no more than it may, and says that something is missing', async () => {
    const sent: BusMessage[] = [];
    const outbox = new Outbox(newStamp(), 3);
    for (let at = 0; at < 10; at++) outbox.add({ kind: 'delete', key: `k${at}` });
    await flush();
    outbox.connect(async (bytes) => void sent.push(decodeMessage(bytes)!));
    await outbox.sendNow();
    expect(sent[0]).toMatchObject({ epoch: 2, seq: 2 });
    expect(sent[0]!.ops.length).toBeLessThanOrEqual(3);
  });

  test('has a bounded number of messages under way, and goes on when they end', async () => {
    const waiting: (() => void)[] = [];
    const outbox = new Outbox(newStamp(), 1000);
    outbox.connect(() => new Promise<void>((resolve) => waiting.push(resolve)));
    for (let at = 0; at < 50; at++) {
      outbox.add({ kind: 'delete', key: `k${at}` });
      await flush();
    }
    expect(waiting.length).toBe(16);
    for (const end of waiting.splice(0)) end();
    await flush();
    expect(waiting.length).toBe(1);
  });
});

/** A server of pub/sub for clients of node-redis' shape. */
function fakeServer() {
  const subscribers = new Set<(message: Buffer) => void>();
  const state = { isUp: true, isDeaf: false, subscribers, listeners: new Map<string, () => void>() };
  const client = (): Record<string, unknown> => ({
    isReady: true,
    on: (event: string, listener: () => void) => state.listeners.set(event, listener),
    connect: async () => {},
    destroy: () => {},
    duplicate: client,
    subscribe: async (_name: string, hear: (message: Buffer) => void) => void subscribers.add(hear),
    sendCommand: async (args: readonly [string, string, Buffer]) => {
      if (!state.isUp) throw new Error('down');
      if (!state.isDeaf) for (const hear of subscribers) hear(args[2]);
      return 1;
    },
  });
  return { client: client(), state };
}

function listen(): BusListener & { readonly heard: string[]; readonly ops: BusOp[] } {
  const heard: string[] = [];
  const ops: BusOp[] = [];
  return {
    heard,
    ops,
    changed: (one) => void ops.push(one),
    lost: (reason) => void heard.push(`lost: ${reason}`),
    live: () => void heard.push('live'),
    beat: () => {},
  };
}

describe('InvalidationBus', () => {
  const open = async (count: number) => {
    const { client, state } = fakeServer();
    const clock = new FakeClock();
    const join = () => {
      const bus = new InvalidationBus({ client, namespace: 'n', maxStaleness: 400 });
      const listener = listen();
      bus.start(listener, clock);
      return { bus, listener };
    };
    const members = Array.from({ length: count }, join);
    const [buses, listeners] = [members.map(({ bus }) => bus), members.map(({ listener }) => listener)];
    await clock.advanceAsync(100);
    const send = (message: Buffer): void => {
      for (const hear of state.subscribers) hear(message);
    };
    return { buses, listeners, clock, state, send, join };
  };

  test('who joins trusts what it hears from then on, whoever spoke before', async () => {
    const { buses, listeners, clock, join } = await open(3);
    for (let at = 0; at < 20; at++) {
      buses[0]!.publish({ kind: 'delete', key: `k${at}` });
      await clock.advanceAsync(7);
    }
    const late = join();
    await clock.advanceAsync(2);
    for (let at = 0; at < 300; at++) {
      buses[0]!.publish({ kind: 'delete', key: `k${at}` });
      await clock.advanceAsync(7);
    }
    expect(late.listener.heard).toEqual(['live']);
    expect(listeners.map(({ heard }) => heard)).toEqual([['live'], ['live'], ['live']]);
    await Promise.all([...buses, late.bus].map((bus) => bus.close()));
  });

  test('who joins misses what is lost from then on, also of a process not heard before', async () => {
    const { buses, clock, state, join } = await open(2);
    const late = join();
    await clock.advanceAsync(2);
    state.isDeaf = true;
    buses[0]!.publish({ kind: 'delete', key: 'k' });
    await settle();
    state.isDeaf = false;
    buses[0]!.publish({ kind: 'delete', key: 'other' });
    await settle();
    await clock.advanceAsync(300);
    const reason = 'a process that had begun before does not hear this one';
    expect(late.listener.heard.slice(0, 2)).toEqual(['live', `lost: ${reason}`]);
    await Promise.all([...buses, late.bus].map((bus) => bus.close()));
  });

  test('is live when it hears itself, and tells the others and not itself', async () => {
    const { buses, listeners, clock } = await open(2);
    await clock.advanceAsync(200);
    expect(listeners[0]!.heard.at(-1)).toBe('live');
    buses[0]!.publish({ kind: 'delete', key: 'k' });
    await settle();
    expect(listeners.map(({ ops }) => ops)).toEqual([[], [{ kind: 'delete', key: 'k' }]]);
    await Promise.all(buses.map((bus) => bus.close()));
  });

  test('says within the bound that nothing comes back, and when it does again', async () => {
    const { buses, listeners, clock, state } = await open(1);
    const { heard } = listeners[0]!;
    state.isDeaf = true;
    heard.length = 0;
    await clock.advanceAsync(400);
    expect(heard).toEqual(['lost: nothing came back in time']);
    state.isDeaf = false;
    await clock.advanceAsync(100);
    expect(heard.at(-1)).toBe('live');
    expect(buses[0]!.stats()).toMatchObject({ isLive: true, losses: 1 });
    await buses[0]!.close();
  });

  test('a lost connection is a loss at once', async () => {
    const { buses, listeners, clock, state } = await open(1);
    state.listeners.get('reconnecting')!();
    expect(listeners[0]!.heard.at(-1)).toBe('lost: the connection was lost');
    await clock.advanceAsync(200);
    expect(listeners[0]!.heard.at(-1)).toBe('live');
    await buses[0]!.close();
  });

  test('who could not tell something says so with the next sign of life', async () => {
    const { buses, listeners, clock, state } = await open(2);
    await clock.advanceAsync(300);
    listeners[1]!.heard.length = 0;
    state.isUp = false;
    buses[0]!.publish({ kind: 'delete', key: 'k' });
    await settle();
    state.isUp = true;
    await clock.advanceAsync(100);
    expect(listeners[1]!.heard).toContain('lost: another process could not tell what it wrote');
    await Promise.all(buses.map((bus) => bus.close()));
  });

  test('a process that is gone is missed; one that says goodbye is not', async () => {
    const { buses, listeners, clock, send } = await open(2);
    await clock.advanceAsync(300);
    listeners[0]!.heard.length = 0;
    await buses[1]!.close();
    await clock.advanceAsync(1000);
    expect(listeners[0]!.heard).toEqual([]);
    // It speaks once, and never again.
    send(encodeMessage({ origin: newStamp(), epoch: 0, seq: 0, met: [], isLast: false, ops: [] }));
    await clock.advanceAsync(1000);
    expect(listeners[0]!.heard).toEqual(['lost: a process went silent', 'live']);
    await Promise.all(buses.map((bus) => bus.close()));
    expect(clock.pendingTimers).toBe(0);
  });

  test('rubbish in the channel is passed over', async () => {
    const { buses, listeners, send } = await open(1);
    for (const rubbish of ['', 'hello', '\u0001\u0000short']) send(Buffer.from(rubbish));
    expect(listeners[0]!.ops).toEqual([]);
    expect(buses[0]!.stats().received).toBe(0);
    await buses[0]!.close();
  });

  test.each([
    [{ client: {}, namespace: 'n' }, /`client`/],
    [{ client: fakeServer().client, namespace: '' }, /`namespace`/],
    [{ client: fakeServer().client, namespace: 'a::b' }, /`namespace`/],
    [{ client: fakeServer().client, namespace: 'a:' }, /`namespace`/],
    [{ client: fakeServer().client, namespace: 'a#' }, /`namespace`/],
    [{ client: fakeServer().client, namespace: 'n', maxStaleness: 1 }, /`maxStaleness`/],
    [{ client: fakeServer().client, namespace: 'n', maxQueued: 0 }, /`maxQueued`/],
  ])('refuses %j', (options, message_) => {
    expect(() => new InvalidationBus(options)).toThrow(message_);
  });

  test.each([
    ['node-redis', { ...fakeServer().client, masters: [] }],
    ['ioredis', { callBuffer: () => {}, duplicate: () => {}, status: 'ready', on: () => {}, isCluster: true }],
  ])('the server itself tells nothing to a cluster of %s', (_name, client) => {
    expect(() => new TrackingBus({ client, namespace: 'n' })).toThrow(/no cluster/);
  });
});
