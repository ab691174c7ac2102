import { afterEach, describe, expect, test, vi } from 'vitest';
import { registerLive } from '../../../../src/base/registry.ts';
import { Cache } from '../../../../src/cache/index.ts';
import { LoadLine, type LoadLineOptions, type Relief } from '../../../../src/monitor/load-line/index.ts';
import type { LoadDoor } from '../../../../src/runtime/index.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

const MB = 1024 * 1024;
const undo: (() => void)[] = [];

afterEach(() => {
  for (const each of undo.splice(0)) each();
  vi.restoreAllMocks();
});

class FakeDoor implements LoadDoor {
  heapBytes = 0;
  bufferBytes = 0;
  otherBytes = 0;
  heap: number | null = null;
  container: number | null = null;
  hears = true;
  onMajor: (() => void) | undefined;

  read(): ReturnType<LoadDoor['read']> {
    return { heapBytes: this.heapBytes, bufferBytes: this.bufferBytes, otherBytes: this.otherBytes };
  }

  heapLimit(): number | null {
    return this.heap;
  }

  containerLimit(): number | null {
    return this.container;
  }

  observeMajors(onMajor: () => void): (() => void) | null {
    if (!this.hears) return null;
    this.onMajor = onMajor;
    return () => (this.onMajor = undefined);
  }
}

/** A cache by structure: `count` entries of 1 MB, worth so much. */
function fakeCache(name: string, worth: number, count: number): { bytes: number; asked: number[] } {
  const state = { bytes: count * MB, asked: [] as number[] };
  const cache = {
    name,
    valuePerByte: () => worth,
    stats: () => ({ bytes: state.bytes }),
    shrink: (fraction: number) => {
      state.asked.push(fraction);
      const bytes = Math.ceil((state.bytes * fraction) / MB) * MB;
      state.bytes -= bytes;
      return { bytes, entries: bytes / MB };
    },
  };
  undo.push(registerLive('cache', cache));
  return state;
}

function lineWith(options: LoadLineOptions = {}): {
  line: LoadLine;
  door: FakeDoor;
  clock: FakeClock;
  reliefs: Relief[];
} {
  const [door, clock, reliefs] = [new FakeDoor(), new FakeClock(), [] as Relief[]];
  const line = new LoadLine({ door, clock, limit: 100 * MB, ...options });
  line.on('relieved', (relief) => reliefs.push(relief));
  undo.push(() => line.stop());
  return { line, door, clock, reliefs };
}

describe('whom it asks', () => {
  test('the one that is worth least first, and no more than is needed', () => {
    const [dear, cheap] = [fakeCache('dear', 5, 200), fakeCache('cheap', 1, 200)];
    const { line } = lineWith();
    const relief = line.relieve(30 * MB);
    expect(relief).toMatchObject({ wanted: 30 * MB, bytes: 30 * MB, failed: [] });
    expect(relief.given).toEqual([{ cache: 'cheap', bytes: 30 * MB, entries: 30, valuePerByte: 1 }]);
    expect(dear.bytes).toBe(200 * MB);
    expect(cheap.bytes).toBe(170 * MB);
  });

  test('another one once what is left of the first is worth more', () => {
    const [dear, cheap] = [fakeCache('dear', 2, 100), fakeCache('cheap', 1, 100)];
    lineWith().line.relieve(80 * MB);
    // From half of it on, the next byte of `cheap` is worth as much as one of `dear`.
    expect(cheap.bytes).toBeLessThan(50 * MB);
    expect(dear.bytes).toBeLessThan(100 * MB);
    expect(dear.bytes).toBeGreaterThan(cheap.bytes);
  });

  test('of those worth nothing all alike, to the last byte', () => {
    const [a, b] = [fakeCache('a', 0, 50), fakeCache('b', 0, 50)];
    const { line } = lineWith();
    line.relieve(40 * MB);
    expect(Math.abs(a.bytes - b.bytes)).toBeLessThanOrEqual(5 * MB);
    expect(line.relieve(1000 * MB).bytes).toBe(60 * MB);
    expect(a.bytes + b.bytes).toBe(0);
  });

  test('what cannot tell its worth comes last, what cannot shrink never, what throws is named', () => {
    const known = fakeCache('known', 100, 10);
    const shrink = vi.fn(() => ({ bytes: 7 * MB, entries: 7 }));
    const valuePerByte = (): number => {
      throw new Error('closed');
    };
    const broken = { name: 'broken', valuePerByte, shrink };
    undo.push(registerLive('cache', { shrink }), registerLive('cache', { name: 'old' }), registerLive('cache', broken));
    const relief = lineWith().line.relieve(15 * MB);
    expect(known.bytes).toBe(0);
    expect(relief.given.map(({ cache, valuePerByte: value }) => [cache, value])).toEqual([
      ['known', 100],
      ['(unnamed)', null],
    ]);
    expect(relief.failed).toEqual([{ cache: 'broken', message: 'closed' }]);
    expect(shrink).toHaveBeenCalledTimes(1);
  });

  test('real caches, also those that do not weigh their entries', () => {
    const weighed = new Cache<number, string>({ name: 'weighed', maxBytes: MB, sizeOf: () => 1000 });
    const counted = new Cache<number, string>({ name: 'counted', maxEntries: 1000 });
    undo.push(
      () => void weighed.close(),
      () => void counted.close(),
    );
    for (let i = 0; i < 500; i++) {
      weighed.set(i, 'x');
      counted.set(i, 'x');
    }
    const relief = lineWith().line.relieve(200_000);
    expect(relief.bytes).toBeGreaterThanOrEqual(200_000);
    expect(relief.bytes).toBeLessThan(300_000);
    expect(weighed.stats().evictions.pressure).toBeGreaterThan(0);
  });
});

describe('when it asks', () => {
  test('above `high`, down to `low`, and not again before a collection has shown what was given', () => {
    const cache = fakeCache('all', 1, 300);
    const { line, door, clock, reliefs } = lineWith({ interval: '1s' });
    line.start();
    door.heapBytes = 79 * MB;
    door.onMajor!();
    expect(reliefs).toEqual([]);
    door.heapBytes = 95 * MB;
    door.onMajor!();
    expect(reliefs).toHaveLength(1);
    expect(reliefs[0]).toMatchObject({
      wanted: 25 * MB,
      line: { of: 'process', limitBytes: 100 * MB, usedBytes: 95 * MB },
    });
    expect(reliefs[0]!.bytes).toBeGreaterThanOrEqual(25 * MB);
    clock.advance(20_000);
    expect(reliefs).toHaveLength(1);
    door.bufferBytes = 15 * MB;
    clock.advance(1_000);
    expect(reliefs).toHaveLength(2);
    door.bufferBytes = 0;
    door.heapBytes = 70 * MB;
    door.onMajor!();
    clock.advance(60_000);
    expect(reliefs).toHaveLength(2);
    expect(cache.bytes).toBeLessThan(300 * MB);
  });

  test('what the heap holds between collections does not count, buffers do', () => {
    fakeCache('all', 1, 300);
    const { line, door, clock, reliefs } = lineWith();
    line.start();
    door.heapBytes = 50 * MB;
    door.onMajor!();
    door.heapBytes = 99 * MB;
    clock.advance(10_000);
    expect(reliefs).toEqual([]);
    door.bufferBytes = 40 * MB;
    clock.advance(10_000);
    expect(reliefs).toHaveLength(1);
  });

  test('where no collections are told, by what its timer reads', () => {
    fakeCache('all', 1, 300);
    const { line, door, clock, reliefs } = lineWith();
    door.hears = false;
    line.start();
    door.heapBytes = 99 * MB;
    clock.advance(5_000);
    clock.advance(5_000);
    expect(reliefs.length).toBeGreaterThanOrEqual(2);
    expect(line.status().hearsCollections).toBe(false);
  });

  test("`'auto'` goes by the heap's limit and the container's, less what waits to be collected", () => {
    fakeCache('all', 1, 3000);
    const door = new FakeDoor();
    [door.heap, door.container, door.heapBytes] = [1000 * MB, 1064 * MB, 860 * MB];
    const line = new LoadLine({ door, clock: new FakeClock() });
    expect(line.status().lines).toEqual([
      { of: 'heap', limitBytes: 1000 * MB, usedBytes: 860 * MB, share: 0.86 },
      { of: 'process', limitBytes: 1000 * MB, usedBytes: 860 * MB, share: 0.86 },
    ]);
    [door.bufferBytes, door.otherBytes] = [50 * MB, 40 * MB];
    // Of what is neither heap nor buffers the lowest reading counts.
    expect(line.status().lines[1]).toMatchObject({ usedBytes: 910 * MB });
    expect(line.relieve().wanted).toBe(210 * MB);
  });

  test('without any limit it has nothing to do', () => {
    fakeCache('all', 1, 10);
    const door = new FakeDoor();
    const line = new LoadLine({ door, clock: new FakeClock() });
    expect(line.status().lines).toEqual([]);
    expect(line.relieve()).toMatchObject({ wanted: 0, bytes: 0, line: null });
    expect(line.relieve('2MB').bytes).toBe(2 * MB);
  });

  test('near the line it looks ten times as often; nothing is left after stop', () => {
    const { line, door, clock } = lineWith({ interval: '10s' });
    const read = vi.spyOn(door, 'read');
    line.start().start();
    expect(clock.pendingTimers).toBe(1);
    expect(read).toHaveBeenCalledTimes(1);
    clock.advance(10_000);
    expect(read).toHaveBeenCalledTimes(2);
    door.heapBytes = 80 * MB;
    clock.advance(20_000);
    expect(read.mock.calls.length).toBeGreaterThan(8);
    line.stop();
    expect([clock.pendingTimers, door.onMajor, line.status().isRunning]).toEqual([0, undefined, false]);
    line.start();
    line[Symbol.dispose]();
    expect(clock.pendingTimers).toBe(0);
  });

  test('the faster memory fills, the sooner it looks: the line is not run over between two looks', () => {
    fakeCache('all', 1, 300);
    const { line, door, clock, reliefs } = lineWith({ interval: '10s' });
    line.start();
    // 40 MB by the first look; at that speed the line of 85 MB is 11 s away.
    door.bufferBytes = 40 * MB;
    clock.advance(10_000);
    // Then a MB every 100 ms: a collection tells of it.
    for (let i = 0; i < 10; i++) {
      clock.advance(100);
      door.bufferBytes += MB;
    }
    door.onMajor!();
    while (reliefs.length === 0 && door.bufferBytes < 100 * MB) {
      clock.advance(100);
      door.bufferBytes += MB;
    }
    expect(door.bufferBytes / MB).toBeLessThanOrEqual(87);
    expect(reliefs).toHaveLength(1);
  });

  test('it never asks before its start has returned', () => {
    fakeCache('all', 1, 300);
    const { line, door, clock, reliefs } = lineWith({ interval: '10s' });
    door.bufferBytes = 99 * MB;
    line.start();
    expect(reliefs).toHaveLength(0);
    clock.advance(10_000);
    expect(reliefs).toHaveLength(1);
  });

  test('a listener may stop it, and one that throws ends nothing', () => {
    fakeCache('all', 1, 300);
    const onError = vi.fn();
    const { line, door, clock, reliefs } = lineWith({ onError });
    line.on('relieved', () => {
      line.stop();
      throw new Error('mine');
    });
    line.start();
    door.heapBytes = 99 * MB;
    clock.advance(5_000);
    expect(reliefs).toHaveLength(1);
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'mine' }), 'relieved');
    expect(clock.pendingTimers).toBe(0);
  });

  test('memory that cannot be read ends nothing either', () => {
    const onError = vi.fn();
    const { line, door, clock } = lineWith({ onError });
    line.start();
    vi.spyOn(door, 'read').mockImplementation(() => {
      throw new Error('gone');
    });
    clock.advance(10_000);
    expect(onError).toHaveBeenCalledTimes(2);
  });
});

describe('what it tells', () => {
  test('once when the caches have too little, and again after there was room', () => {
    const cache = fakeCache('small', 1, 2);
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { line, door } = lineWith();
    const short: Relief[] = [];
    line.on('short', (relief) => short.push(relief));
    line.start();
    door.heapBytes = 95 * MB;
    door.onMajor!();
    door.onMajor!();
    expect(short).toHaveLength(1);
    expect(emitWarning).toHaveBeenCalledExactlyOnceWith(
      'The process holds 95 MiB of 100 MiB; asked for 25 MiB, the caches could give 2.0 MiB. Something else fills memory.',
      { type: 'PlimsollWarning', code: 'PLIM_WARN_LOAD_LINE_SHORT' },
    );
    door.heapBytes = 10 * MB;
    door.onMajor!();
    door.heapBytes = 95 * MB;
    door.onMajor!();
    expect(short).toHaveLength(2);
    expect(cache.bytes).toBe(0);
  });

  test('figures and log lines', () => {
    fakeCache('all', 1, 300);
    const logger = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const { line } = lineWith({ logger });
    expect(line.status()).toMatchObject({ isRunning: false, hearsCollections: null, reliefs: 0, last: null });
    line.relieve('10MB');
    const last = line.relieve('20MB');
    expect(line.status()).toMatchObject({ reliefs: 2, bytesGivenBack: 30 * MB, last });
    expect(logger.warn).toHaveBeenLastCalledWith({ relief: last }, 'Caches gave back 20 MiB.');
  });
});

describe('options', () => {
  test.each<[LoadLineOptions, string]>([
    [{ limit: 0 }, '`limit`'],
    [{ limit: 'much' }, '`limit`'],
    [{ high: 1.2 }, '`high`'],
    [{ high: 0 }, '`high`'],
    [{ low: 0.9 }, '`low`'],
    [{ high: 0.5, low: 0.5 }, '`low`'],
    [{ interval: 10 }, '`interval`'],
    [{ logger: {} as never }, '`logger`'],
    [{ onError: 3 as never }, '`onError`'],
  ])('%j is refused', (options, name) => {
    expect(() => new LoadLine(options)).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID', message: expect.stringContaining(name) }),
    );
  });

  test('rubbish for bytes is refused', () => {
    expect(() => new LoadLine({ limit: '1GB' }).relieve('some')).toThrow('`bytes`');
  });

  test('undefined is the default', () => {
    expect(() => new LoadLine({ limit: undefined, high: undefined } as never)).not.toThrow();
  });
});
