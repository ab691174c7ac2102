/** Events for the dashboard: nothing runs while nobody listens, and nobody who listens can make it hold much. */
import { describe, expect, test } from 'vitest';
import { Monitor } from '../../../src/monitor/index.ts';
import { EventClient } from '../../../src/system/events/client.ts';
import { EventHub, type EventSources } from '../../../src/system/events/hub.ts';
import { EventRing } from '../../../src/system/events/ring.ts';
import type { BodyStream, SystemApi } from '../../../src/system/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';
import { AUTHORISED, jsonOf, makeApi, requestFor } from '../../helpers/system-requests.ts';

interface Event {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: unknown;
}

/** Reads a stream event by event. */
class Listener {
  readonly #iterator: AsyncIterator<string | Uint8Array>;
  readonly #events: Event[] = [];

  readonly body: BodyStream;

  constructor(body: BodyStream) {
    this.body = body;
    this.#iterator = body[Symbol.asyncIterator]();
  }

  async next(): Promise<Event | undefined> {
    while (this.#events.length === 0) {
      const { done = false, value } = await this.#iterator.next();
      if (done) return undefined;
      this.#events.push(...(value as string).split('\n\n').flatMap(parseEvent));
    }
    return this.#events.shift();
  }

  async take(count: number): Promise<(Event | undefined)[]> {
    const events: (Event | undefined)[] = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }

  async leave(): Promise<void> {
    await this.#iterator.return?.();
  }
}

function parseEvent(text: string): Event[] {
  const fields = Object.fromEntries(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(': ') + 2)]),
  );
  if (fields['event'] === undefined) return [];
  return [{ id: fields['id'], event: fields['event'], data: JSON.parse(fields['data']!) as unknown }];
}

interface Rig {
  readonly hub: EventHub;
  readonly clock: FakeClock;
  readonly alert: (alert: unknown) => void;
  readonly subscribers: () => number;
  readonly samples: () => number;
}

function makeHub(sample: () => unknown = () => ({})): Rig {
  const clock = new FakeClock();
  const told = new Set<(alert: unknown) => void>();
  let samples = 0;
  const sources: EventSources = {
    sample: () => (samples++, sample()),
    history: () => ({ series: [1, 2, 3] }),
    onAlert: (tell) => {
      told.add(tell);
      return () => void told.delete(tell);
    },
  };
  const hub = new EventHub(sources, 2_000, clock);
  return {
    hub,
    clock,
    alert: (alert) => {
      for (const tell of told) tell(alert);
    },
    subscribers: () => told.size,
    samples: () => samples,
  };
}

describe('who listens', () => {
  test('gets who is there, what was before, a sample at once and every so often, and alerts', async () => {
    const { hub, clock, alert } = makeHub(() => ({ heap: 1 }));
    const listener = new Listener(hub.open(null)!);
    const [hello, history, sample] = await listener.take(3);
    expect(hello).toMatchObject({ event: 'hello', data: { intervalMs: 2_000, isResumed: false } });
    expect(history).toMatchObject({ event: 'history', data: { series: [1, 2, 3] } });
    expect(sample).toMatchObject({ event: 'sample', data: { heap: 1 } });
    alert({ level: 'warning' });
    clock.advance(2_000);
    expect((await listener.take(2)).map((event) => event?.event)).toEqual(['alert', 'sample']);
    await listener.leave();
  });

  test('leaves nothing behind: without listeners nothing is read, subscribed to or waited for', async () => {
    const { hub, clock, subscribers, samples } = makeHub();
    expect([clock.pendingTimers, subscribers(), samples()]).toEqual([0, 0, 0]);
    const [first, second] = [new Listener(hub.open(null)!), new Listener(hub.open(null)!)];
    expect([clock.pendingTimers, subscribers()]).toEqual([1, 1]);
    await first.leave();
    expect([clock.pendingTimers, subscribers(), hub.size]).toEqual([1, 1, 1]);
    await second.leave();
    await second.leave();
    expect([clock.pendingTimers, subscribers(), hub.size]).toEqual([0, 0, 0]);
  });

  test('and was away for a moment gets what he has missed, and no more', async () => {
    const { hub, clock, alert } = makeHub();
    const [here, gone] = [new Listener(hub.open(null)!), new Listener(hub.open(null)!)];
    const last = (await gone.take(3)).at(-1)!;
    await gone.leave();
    alert({ n: 1 });
    clock.advance(2_000);
    const back = new Listener(hub.open(last.id!)!);
    const [hello, ...missed] = await back.take(3);
    expect(hello).toMatchObject({ data: { isResumed: true } });
    expect(missed.map((event) => event?.event)).toEqual(['alert', 'sample']);
    await here.leave();
    await back.leave();
  });

  test.each(['rubbish', '-1', 'another-5', '', `${'9'.repeat(400)}-1`])(
    'with the last id %j begins anew',
    async (id) => {
      const { hub } = makeHub();
      const listener = new Listener(hub.open(id)!);
      expect(await listener.next()).toMatchObject({ data: { isResumed: false } });
      await listener.leave();
    },
  );

  test('and does not fetch what is sent is let go, and nobody else is', async () => {
    const { hub, clock } = makeHub(() => ({ text: 'x'.repeat(100_000) }));
    const slow = hub.open(null)!;
    const quick = new Listener(hub.open(null)!);
    for (let i = 0; i < 20; i++) {
      await quick.next();
      clock.advance(2_000);
    }
    expect([slow.signal!.aborted, quick.body.signal!.aborted, hub.size]).toEqual([true, false, 1]);
    await quick.leave();
  });

  test('is one of sixteen at most', async () => {
    const { hub } = makeHub();
    const listeners = Array.from({ length: 16 }, () => new Listener(hub.open(null)!));
    expect(hub.open(null)).toBeUndefined();
    await listeners[0]!.leave();
    expect(hub.open(null)).toBeDefined();
  });

  test('hears goodbye when the process ends, and nobody comes after', async () => {
    const { hub, clock } = makeHub();
    const listener = new Listener(hub.open(null)!);
    await listener.take(3);
    hub.close();
    expect(await listener.next()).toMatchObject({ event: 'bye' });
    expect(await listener.next()).toBeUndefined();
    expect([hub.open(null), clock.pendingTimers]).toEqual([undefined, 0]);
  });
});

test('the ring is bounded in number and in size', () => {
  const ring = new EventRing(3, 100);
  for (let i = 0; i < 10; i++) ring.add((number) => `event ${number}`);
  expect(ring.after(7)).toEqual(['event 8', 'event 9', 'event 10']);
  expect([ring.after(6), ring.after(11), ring.after(10)]).toEqual([undefined, undefined, []]);
  ring.add(() => 'x'.repeat(99));
  ring.add(() => 'y'.repeat(200));
  expect(ring.after(11)).toEqual(['y'.repeat(200)]);
  expect(ring.after(10)).toBeUndefined();
});

test('a listener that has been let go gets nothing more', async () => {
  let ended = 0;
  const client = new EventClient(['first'], 10, () => ended++);
  client.push('x'.repeat(11));
  client.push('more');
  client.end();
  const iterator = client[Symbol.asyncIterator]();
  expect([await iterator.next(), ended, client.signal.aborted]).toEqual([{ done: true, value: undefined }, 1, true]);
});

describe('over the API', () => {
  const open = async (api: SystemApi): Promise<Listener> => {
    const answer = await api.handle(requestFor('/events', { headers: AUTHORISED }));
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    return new Listener(answer.body as BodyStream);
  };

  test('a sample has the figures, and history the monitor’s series', async () => {
    using monitor = new Monitor().start();
    const listener = await open(makeApi({ monitor }));
    const [, history, sample] = await listener.take(3);
    expect(history!.data).toMatchObject({ series: { samples: { at: [expect.any(Number)] } } });
    expect(sample!.data).toMatchObject({
      process: { pid: process.pid },
      monitor: { isRunning: true },
      caches: { left: 0 },
    });
    await listener.leave();
  });

  test('they end when the shutdown begins, and 503 is the answer from then on', async () => {
    const begun: (() => unknown)[] = [];
    const shutdown = {
      isReady: true,
      state: 'running',
      on: (_phase: string, run: () => unknown) => (begun.push(run), () => {}),
    };
    const api = makeApi({ shutdown });
    const listener = await open(api);
    await listener.take(3);
    begun[0]!();
    expect(await listener.take(2)).toMatchObject([{ event: 'bye' }, undefined]);
    const late = await api.handle(requestFor('/events', { headers: AUTHORISED }));
    expect([late.status, (await jsonOf(late))['code']]).toEqual([503, 'ending']);
  });

  test('they are not to be had of an API that is made when the shutdown is past its beginning', async () => {
    const shutdown = {
      isReady: false,
      state: 'close',
      on: () => {
        throw new Error('over');
      },
    };
    const answer = await makeApi({ shutdown }).handle(requestFor('/events', { headers: AUTHORISED }));
    expect(answer.status).toBe(503);
  });

  test('a part that throws does not end them', async () => {
    const broken = {
      status: () => {
        throw new Error('broken');
      },
      series: () => {
        throw new Error('broken');
      },
      on: () => {
        throw new Error('broken');
      },
    };
    const api = makeApi({ monitor: broken });
    const answer = await api.handle(requestFor('/events', { headers: AUTHORISED }));
    await settle();
    expect(answer.status).toBe(200);
    const listener = new Listener(answer.body as BodyStream);
    expect((await listener.take(3)).map((event) => event?.event)).toEqual(['hello', 'history', 'sample']);
    await listener.leave();
  });
});
