import { afterEach, describe, expect, test, vi } from 'vitest';
import { liveOf } from '../../../src/base/registry.ts';
import { type RetentionEvents, RetentionWatcher, type RetentionWatcherOptions } from '../../../src/watch/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

/** Objects of these tests are held, so that no collection of the test's own process changes anything. */
const held: object[] = [];
const open: RetentionWatcher[] = [];

afterEach(() => {
  for (const watcher of open.splice(0)) watcher.close();
  held.length = 0;
});

function watch(options: RetentionWatcherOptions = {}, hears = true) {
  const clock = new FakeClock();
  let onMajor: (() => void) | undefined;
  const door = {
    observeMajors: (run: () => void) => {
      if (!hears) return null;
      onMajor = run;
      return () => void (onMajor = undefined);
    },
  };
  const watcher = new RetentionWatcher({ clock, door, ...options });
  open.push(watcher);
  const told: RetentionEvents['retained'][] = [];
  watcher.on('retained', (change) => told.push(change));
  const major = (): void => onMajor?.();
  return { watcher, clock, told, major, isObserving: () => onMajor !== undefined };
}

class Session {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

function keep<T extends object>(object: T): T {
  held.push(object);
  return object;
}

describe('an object that lives on', () => {
  test('is retained after two collections and the grace, and not before', () => {
    const { watcher, clock, told, major } = watch({ grace: '5s' });
    expect(watcher.expectCollected(keep(new Session(1)), 'session')).toBe(true);
    clock.advance(10_000);
    major();
    expect(told).toEqual([]);
    major();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      count: 1,
      group: { label: 'session', className: 'Session', watched: 0, collected: 0, retained: 1, everRetained: 1 },
    });
    expect(told[0]!.group.site).toMatch(/watcher\.test\.ts:\d+:\d+$/);
    expect(told[0]!.group.oldestRetainedAt).toBe(Date.UTC(2026, 0, 1));
    major();
    clock.advance(60_000);
    expect(told).toHaveLength(1);
  });

  test('is judged when its grace ends, though no collection comes then', () => {
    const { watcher, clock, told, major } = watch({ grace: '5s', collections: 3 });
    watcher.expectCollected(keep({}), 'plain');
    for (let i = 0; i < 3; i++) major();
    clock.advance(4_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told.map(({ group }) => group.className)).toEqual(['Object']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('each waits for its own grace', () => {
    const { watcher, clock, told, major } = watch({ grace: 0 });
    watcher.expectCollected(keep(new Session(1)), 'slow', { grace: '1m' });
    watcher.expectCollected(keep(new Session(2)), 'quick');
    major();
    major();
    expect(told.map(({ group }) => group.label)).toEqual(['quick']);
    clock.advance(60_000);
    expect(told.map(({ group }) => group.label)).toEqual(['quick', 'slow']);
  });

  test('is told of with its like, once for each group', () => {
    const { watcher, told, major } = watch({ grace: 0 });
    for (let i = 0; i < 100; i++) watcher.expectCollected(keep(i % 2 === 0 ? new Session(i) : {}), 'thing');
    major();
    major();
    expect(told.map(({ count, group }) => [count, group.className])).toEqual([
      [50, 'Session'],
      [50, 'Object'],
    ]);
    expect(watcher.status()).toEqual({
      judges: true,
      majorCollections: 2,
      watched: 0,
      collected: 0,
      retained: 100,
      skipped: 0,
      isClosed: false,
    });
  });

  test('is counted, listed, and not told of when it is known', () => {
    const first = watch({ grace: 0 });
    // No tail call: some engines leave no frame of it, and the sites would be two.
    const handIn = (watcher: RetentionWatcher): void => {
      watcher.expectCollected(keep(new Session(1)), 'session');
    };
    handIn(first.watcher);
    const { fingerprint } = first.watcher.list()[0]!;
    const second = watch({ grace: 0, known: [fingerprint] });
    handIn(second.watcher);
    second.major();
    second.major();
    expect(second.told).toEqual([]);
    expect(second.watcher.list()[0]).toMatchObject({ fingerprint, isKnown: true, retained: 1 });
  });

  test('can be had weakly, to look for what holds it', () => {
    const { watcher, major } = watch({ grace: 0 });
    const sessions = [1, 2, 3].map((id) => keep(new Session(id)));
    for (const session of sessions) watcher.expectCollected(session, 'session');
    const { fingerprint } = watcher.list()[0]!;
    expect(watcher.retained(fingerprint)).toEqual([]);
    major();
    major();
    expect(watcher.retained(fingerprint, 2).map((ref) => ref.deref())).toEqual(sessions.slice(0, 2));
    expect(watcher.retained('nowhere')).toEqual([]);
  });
});

test('where no collections are told nothing is judged, and the status says so', () => {
  const { watcher, clock, told } = watch({ grace: 0 }, false);
  watcher.expectCollected(keep({}), 'thing');
  clock.advance(3_600_000);
  expect(told).toEqual([]);
  expect(watcher.status()).toMatchObject({ judges: false, watched: 1, retained: 0 });
});

test('watches so many objects, and so many groups, and counts the rest', () => {
  const { watcher, major } = watch({ grace: 0, maxWatched: 5, maxGroups: 2 });
  const answers = Array.from({ length: 7 }, (_, i) => watcher.expectCollected(keep({}), `label ${i}`));
  expect(answers).toEqual([true, true, true, true, true, false, false]);
  expect(watcher.status()).toMatchObject({ watched: 5, skipped: 2 });
  expect(watcher.list().map(({ label, watched }) => [label, watched])).toEqual([
    ['label 0', 1],
    ['label 1', 1],
    ['(other)', 3],
  ]);
  major();
  major();
  expect(watcher.list()[0]).toMatchObject({ label: '(other)', retained: 3 });
});

test('fingerprints tell label, class and place apart, and are the same each time', () => {
  const fingerprints = (): string[] => {
    const { watcher } = watch();
    watcher.expectCollected(keep(new Session(1)), 'a');
    watcher.expectCollected(keep(new Session(1)), 'b');
    watcher.expectCollected(keep({}), 'a');
    return watcher.list().map(({ fingerprint }) => fingerprint);
  };
  expect(fingerprints()).toEqual(fingerprints());
  expect(new Set(fingerprints()).size).toBe(3);
  for (const each of fingerprints()) expect(each).toMatch(/^[0-9a-z]{11}$/);
});

test('classes are named without running code of the object', () => {
  const { watcher } = watch();
  const getter = vi.fn();
  const trap = new Proxy(
    {},
    {
      getPrototypeOf: () => {
        throw new Error('no');
      },
    },
  );
  const own = Object.defineProperty({}, 'constructor', { get: getter });
  const odd = [
    Object.create(null),
    trap,
    own,
    () => {},
    class Named extends Session {},
    Object.create({ constructor: 5 }),
  ] as object[];
  odd.forEach((object, i) => watcher.expectCollected(keep(object), `odd ${i}`));
  expect(watcher.list().map(({ className }) => className)).toEqual([
    'Object',
    'Object',
    'Object',
    'Function',
    'Function',
    'Object',
  ]);
  expect(getter).not.toHaveBeenCalled();
});

test('a listener that throws ends nothing', () => {
  const onError = vi.fn();
  const { watcher, told, major } = watch({ grace: 0, onError });
  watcher.on('retained', () => {
    throw new Error('mine');
  });
  watcher.expectCollected(keep({}), 'thing');
  major();
  major();
  expect(told).toHaveLength(1);
  expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'mine' }), 'retained');
});

test('nothing is left after close', () => {
  const { watcher, clock, told, major, isObserving } = watch({ grace: '1h' });
  expect(liveOf('watcher')).toContain(watcher);
  watcher.expectCollected(keep({}), 'thing');
  major();
  major();
  expect(clock.pendingTimers).toBe(1);
  watcher[Symbol.dispose]();
  watcher.close();
  expect([clock.pendingTimers, isObserving(), liveOf('watcher').includes(watcher)]).toEqual([0, false, false]);
  expect(told).toEqual([]);
  expect(watcher.status()).toMatchObject({ isClosed: true, watched: 1 });
  expect(() => watcher.expectCollected({}, 'late')).toThrow(
    expect.objectContaining({ code: 'PLIM_ERR_WATCHER_CLOSED', name: 'DisposedError' }),
  );
});

describe('bad input', () => {
  test.each([null, undefined, 5, 'text', Symbol('x')])('%s is no object', (value) => {
    expect(() => watch().watcher.expectCollected(value as never, 'x')).toThrow('`object`');
  });

  test.each(['', 5, undefined])('%j is no label', (label) => {
    expect(() => watch().watcher.expectCollected({}, label as never)).toThrow('`label`');
  });

  test.each<[RetentionWatcherOptions, string]>([
    [{ grace: 'soon' }, '`grace`'],
    [{ collections: 1 }, '`collections`'],
    [{ maxWatched: 0 }, '`maxWatched`'],
    [{ maxGroups: 0.5 }, '`maxGroups`'],
    [{ known: 5 as never }, '`known`'],
    [{ known: [5] as never }, '`known`'],
    [{ onError: {} as never }, '`onError`'],
  ])('%j is refused', (options, name) => {
    expect(() => new RetentionWatcher(options)).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID', message: expect.stringContaining(name) }),
    );
  });

  test('a grace of its own is checked', () => {
    expect(() => watch().watcher.expectCollected({}, 'x', { grace: -1 })).toThrow('`grace`');
  });
});
