import { describe, expect, test } from 'vitest';
import { firstSuspect } from '../../../helpers/growth.ts';
import type { Ref } from '../../../helpers/heap-builder.ts';
import { ProgramHeap, times } from '../../../helpers/program-heap.ts';

const SOURCE = { script: 'file:///app/cache.mjs', line: 3 };

/** A cache of 100 entries, then 200, that says of itself what `state` adds to it. */
function boundOf(state: (app: ProgramHeap, cache: Ref) => void, during?: (app: ProgramHeap, cache: Ref) => void) {
  const app = new ProgramHeap();
  const cache = app.module(SOURCE.script).declare('cache', app.instance('Cache', SOURCE));
  const entries = app.property(cache, 'entries', app.map());
  const add = (i: number): void => void app.put(entries, app.string(`key ${i}`), app.object('Entry', { self: 100 }));
  state(app, cache);
  times(100, add);
  return firstSuspect(app, () => {
    times(100, (i) => add(100 + i));
    during?.(app, cache);
  }).then((suspect) => suspect.bound);
}

const bounded = (name: string, value: number) => (app: ProgramHeap, cache: Ref) =>
  void app.property(cache, name, app.number(value));

test('a limit beside the holder that is not passed', async () => {
  expect(await boundOf(bounded('maxEntries', 500))).toEqual({ name: 'maxEntries', value: 500 });
  expect(await boundOf(bounded('maxEntries', 200))).toEqual({ name: 'maxEntries', value: 200 });
});

test('a limit that is passed bounds nothing', async () => {
  expect(await boundOf(bounded('maxEntries', 199))).toBe(null);
});

test('a limit that moves bounds nothing', async () => {
  const limits: Ref[] = [];
  const bound = await boundOf(
    (app, cache) => limits.push(app.property(cache, 'capacity', app.number(300))),
    (app, cache) => {
      app.unlink(cache, limits[0]!);
      app.property(cache, 'capacity', app.number(600));
    },
  );
  expect(bound).toBe(null);
});

test('no limit, no bound', async () => {
  expect(await boundOf(() => {})).toBe(null);
});

describe('how a limit is called', () => {
  test.each(['max', 'limit', 'capacity', '_max', '#maxSize', 'max_size', 'MAX_ENTRIES', 'maxKeys', 'cacheSize'])(
    '%s',
    async (name) => {
      expect(await boundOf(bounded(name, 500))).toEqual({ name, value: 500 });
    },
  );

  test.each(['maximum', 'timeout', 'size', 'count', 'maxAge', 'limiter', '500'])('not %s', async (name) => {
    expect(await boundOf(bounded(name, 500))).toBe(null);
  });
});

test('a limit of what is called as the holder is, and of nothing else', async () => {
  const app = new ProgramHeap();
  const hub = app.module(SOURCE.script).declare('hub', app.instance('Hub', SOURCE));
  const sessions = app.property(hub, '#openSessions', app.map());
  app.property(hub, 'maxSessions', app.number(900));
  app.property(hub, 'maxRooms', app.number(300));
  const suspect = await firstSuspect(app, () =>
    times(200, () => app.put(sessions, app.string('k'), app.object('Entry'))),
  );
  expect(suspect.bound).toEqual({ name: 'maxSessions', value: 900 });
});

test('a variable in the scope of the holder counts too', async () => {
  const app = new ProgramHeap();
  const { made, declare } = app.closureScope('lookUp', SOURCE);
  app.property(app.root, 'lookUp', made);
  declare('MAX_ENTRIES', app.number(400));
  const cache = declare('cache', app.map());
  const suspect = await firstSuspect(app, () => times(200, () => app.put(cache, app.string('k'), app.object('Entry'))));
  expect(suspect.bound).toEqual({ name: 'MAX_ENTRIES', value: 400 });
});

test('of several limits the smallest that holds', async () => {
  const all = (app: ProgramHeap, cache: Ref): void => {
    for (const [name, value] of Object.entries({ limit: 1000, max: 300, capacity: 50 }))
      bounded(name, value)(app, cache);
  };
  expect(await boundOf(all)).toEqual({ name: 'max', value: 300 });
});

describe('an array that was made as long as it will get', () => {
  const boundOfList = async (during: (app: ProgramHeap, slots: Ref) => void) => {
    const app = new ProgramHeap();
    const slots = app.module(SOURCE.script).declare('slots', app.list());
    app.reallocate(slots, 8000);
    const add = (): void => void app.push(slots, app.object('Entry', { self: 100 }));
    times(20, add);
    const { bound } = await firstSuspect(app, () => {
      times(80, add);
      during(app, slots);
    });
    return bound;
  };

  test('is bound by its length', async () => {
    expect(await boundOfList(() => {})).toEqual({ name: 'length', value: 1000 });
  });

  test('is not when its store was made anew', async () => {
    expect(await boundOfList((app, slots) => app.reallocate(slots, 16_000))).toBe(null);
  });
});

test.each([
  ['a text', (app: ProgramHeap) => app.string('500')],
  ['no whole number', (app: ProgramHeap) => app.number(500.5)],
  ['without end', (app: ProgramHeap) => app.number(Number.POSITIVE_INFINITY)],
  ['a number without its text', (app: ProgramHeap) => app.node('number', 'smi number')],
])('what is %s is no limit', async (_, make) => {
  expect(await boundOf((app, cache) => void app.property(cache, 'maxEntries', make(app)))).toBe(null);
});
