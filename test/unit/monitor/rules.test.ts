import { describe, expect, test } from 'vitest';
import type { TrendJudge } from '../../../src/monitor/index.ts';
import { judgeTrend } from '../../../src/monitor/trend/index.ts';
import { Cache } from '../../../src/cache/index.ts';
import { MIB } from '../../helpers/fake-memory.ts';
import { MonitorDesk } from '../../helpers/monitor-desk.ts';

const NO_GROWTH = { growth: false, external: false, native: false } as const;
/** Noise that a test can repeat. */
const wobble = (minute: number): number => Math.sin(minute * 1.7) * MIB;

describe('heap', () => {
  test('its floor against its limit, at the first floor; recovers a band below', () => {
    const desk = new MonitorDesk({ rules: NO_GROWTH });
    desk.monitor.start();
    const say = (share: number): string[] => {
      const before = desk.alerts.length;
      desk.memory.floor(share * 1_000 * MIB);
      return desk.alerts.slice(before).map(({ state, level }) => `${state} ${level}`);
    };
    expect([0.72, 0.75, 0.69, 0.62].flatMap(say)).toEqual(['fired warning', 'resolved warning']);
    expect([0.95, 0.9, 0.85].flatMap(say)).toEqual(['fired critical', 'updated warning']);
    expect(desk.alerts[0]!.message).toBe(
      'After a collection the heap still holds 720 MiB, 72 % of its limit of 0.98 GiB.',
    );
  });

  test('what is garbage between collections is no level', () => {
    const desk = new MonitorDesk({ rules: NO_GROWTH });
    desk.monitor.start();
    desk.memory.floor(100 * MIB);
    desk.memory.setHeap(890 * MIB);
    desk.clock.advance(120_000);
    expect(desk.told()).toEqual([]);
  });

  test('so full that V8 must have collected is critical without a floor', () => {
    const desk = new MonitorDesk({ rules: NO_GROWTH });
    desk.monitor.start();
    desk.memory.setHeap(940 * MIB);
    desk.clock.advance(40_000);
    expect(desk.told('heap')).toEqual(['fired critical']);
  });

  test('four fifths full is critical while collections take much of the time', () => {
    const desk = new MonitorDesk({ rules: NO_GROWTH });
    desk.monitor.start();
    desk.memory.floor(820 * MIB);
    expect(desk.told('heap')).toEqual(['fired warning']);
    for (let i = 0; i < 30; i++) {
      desk.clock.advance(1_000);
      desk.memory.collect({ pauseMs: 400 });
    }
    expect(desk.told('heap')).toEqual(['fired warning', 'updated critical']);
  });

  test('four fifths full is critical while V8 marks without rest, however short its pauses', () => {
    const desk = new MonitorDesk({ rules: NO_GROWTH });
    desk.monitor.start();
    desk.memory.floor(820 * MIB);
    for (let i = 0; i < 6; i++) {
      desk.memory.collect({ kind: 'incremental', pauseMs: 3 });
      desk.clock.advance(50);
      desk.memory.collect({ pauseMs: 4 });
      desk.clock.advance(5);
    }
    expect(desk.told('heap')).toEqual(['fired warning', 'updated critical']);
  });

  test('a bound of its own', () => {
    const desk = new MonitorDesk({ maxHeapBytes: '100MB', rules: NO_GROWTH });
    desk.monitor.start();
    for (const mib of [85, 101]) desk.memory.floor(mib * MIB);
    expect(desk.told('maxHeap')).toEqual(['fired warning', 'updated critical']);
    expect(desk.monitor.status().levels).toMatchObject({ heap: 'ok', maxHeap: 'critical' });
    expect(desk.monitor.level).toBe('critical');
  });

  test('what is past that bound and may be garbage is a warning, until a collection tells', () => {
    const desk = new MonitorDesk({ maxHeapBytes: '100MB', rules: NO_GROWTH });
    desk.monitor.start();
    desk.memory.floor(30 * MIB);
    desk.memory.setHeap(120 * MIB);
    desk.clock.advance(40_000);
    expect(desk.told('maxHeap')).toEqual(['fired warning']);
    desk.memory.floor(40 * MIB);
    desk.clock.advance(10_000);
    expect(desk.told('maxHeap')).toEqual(['fired warning', 'resolved warning']);
  });

  test('says when the limit will be reached', () => {
    const desk = new MonitorDesk({ repeatAfter: '7d' });
    desk.monitor.start();
    desk.run(11, 10_000, (minute) => (650 + minute * 10) * MIB);
    const { timeToLimitMs, message } = desk.monitor.status().alerts.active.find(({ rule }) => rule === 'heap')!;
    expect(timeToLimitMs! / 60_000).toBeCloseTo(24, 0);
    expect(message).toMatch(/At the present rate the limit is \d+ min/);
  });
});

describe('container and kernel', () => {
  test('the working set against the limit, once it has held', () => {
    const desk = new MonitorDesk({ rules: NO_GROWTH });
    desk.monitor.start();
    desk.memory.containerMemory = { limitBytes: 1_000 * MIB, workingSetBytes: 950 * MIB };
    desk.clock.advance(30_000);
    expect(desk.told('container')).toEqual([]);
    desk.clock.advance(10_000);
    expect(desk.told('container')).toEqual(['fired critical']);
    desk.memory.containerMemory = { limitBytes: 1_000 * MIB, workingSetBytes: 100 * MIB };
    desk.clock.advance(5_000);
    expect(desk.told('container')).toEqual(['fired critical']);
    desk.clock.advance(65_000);
    expect(desk.told('container')).toEqual(['fired critical', 'resolved critical']);
  });

  test('no limit, no level', () => {
    const desk = new MonitorDesk({ repeatAfter: '7d' });
    desk.memory.containerMemory = { limitBytes: null, workingSetBytes: 10_000 * MIB };
    desk.monitor.start();
    desk.clock.advance(120_000);
    expect(desk.monitor.status().levels).not.toHaveProperty('container');
  });

  test('pressure', () => {
    const desk = new MonitorDesk({ repeatAfter: '7d' });
    desk.memory.memoryPressure = { some10: 0.5, some60: 0.1, full10: 0, of: 'container' };
    desk.monitor.start();
    desk.clock.advance(60_000);
    expect(desk.told('pressure')).toEqual(['fired critical']);
  });

  test('collections', () => {
    const desk = new MonitorDesk({ rules: NO_GROWTH });
    desk.monitor.start();
    for (let i = 0; i < 60; i++) {
      desk.clock.advance(1_000);
      desk.memory.collect({ pauseMs: 70 });
    }
    desk.clock.advance(30_000);
    expect(desk.told('gc')).toEqual(['fired warning']);
  });
});

describe('growth', () => {
  /** As the real judge in what matters here, and a hundred times as fast. */
  const plainJudge: TrendJudge = (floors, options) => {
    const cacheRoom = options?.cacheRoom ?? 0;
    const values = floors.map(({ bytes, cachedBytes = 0 }) => bytes - cachedBytes);
    const [first, last] = [floors[0]!, floors.at(-1)!];
    const growth = values.at(-1)! - values[0]!;
    const minutes = (last.at - first.at) / 60_000;
    const isLeak = floors.length >= 8 && growth > 4 * MIB && growth > cacheRoom;
    const perMinute = minutes > 0 ? growth / minutes : 0;
    const done = (last.work ?? 0) - (first.work ?? 0);
    return {
      verdict: isLeak ? 'leak' : 'flat',
      bytesPerMinute: perMinute,
      errorPerMinute: 0,
      bytesPerWork: done > 0 ? growth / done : null,
      sureness: 9,
      knowsLoad: done > 0,
      spanMs: last.at - first.at,
      floors: floors.length,
      growth,
      reason: 'As the test has it.',
    };
  };
  const QUIET = { repeatAfter: '7d', interval: '5m', judge: plainJudge } as const;
  const HEAP = { ...QUIET, rules: { external: false, native: false } } as const;

  test('a leak of some hours is told of; an hour from the limit it is critical', () => {
    const desk = new MonitorDesk({ ...HEAP, judge: judgeTrend });
    desk.monitor.start();
    desk.run(300, 600_000, (minute) => (100 + minute * 0.5) * MIB + wobble(minute));
    expect(desk.told('growth')).toEqual(['fired warning']);
    const [alert] = desk.alerts.filter(({ rule }) => rule === 'growth');
    expect(alert!.value / MIB).toBeCloseTo(0.5, 1);
    expect(desk.monitor.status().trend).toMatchObject({ verdict: 'leak', isGrowing: true });
    desk.memory.heapLimit = 270 * MIB;
    desk.run(20, 600_000, (minute) => (250 + minute * 0.5) * MIB + wobble(minute));
    expect(desk.told('growth')).toEqual(['fired warning', 'updated critical']);
  }, 60_000);

  test('a program that does not grow is left alone', () => {
    const desk = new MonitorDesk(HEAP);
    desk.monitor.start();
    desk.run(10 * 60, 900_000, (minute) => 100 * MIB + wobble(minute));
    expect(desk.told()).toEqual([]);
    expect(desk.monitor.status().trend).toMatchObject({ isGrowing: false, timeToLimitMs: null });
  });

  test('growth per unit of work', () => {
    const desk = new MonitorDesk(HEAP);
    desk.monitor.start();
    for (let minute = 0; minute < 300; minute += 10) {
      for (let i = 0; i < 2; i++) {
        desk.clock.advance(300_000);
        desk.monitor.work(2_500);
      }
      desk.memory.floor((100 + minute * 0.5) * MIB + wobble(minute));
    }
    const { trend, work } = desk.monitor.status();
    expect(trend!.bytesPerWork! / 1024).toBeCloseTo(1, 0);
    expect(work!.count).toBe(150_000);
    expect(Math.abs(work!.perMinute! - 500)).toBeLessThanOrEqual(100);
  });

  test('at a rate that the rule names it is told of after minutes', () => {
    const desk = new MonitorDesk({ repeatAfter: '7d', rules: { growth: { warning: MIB } } });
    desk.monitor.start();
    desk.run(9, 15_000, (minute) => (100 + minute * 2) * MIB);
    expect(desk.told('growth')).toEqual(['fired warning']);
    expect(desk.alerts[0]!.timeToLimitMs! / 3_600_000).toBeCloseTo(7.3, 0);
    desk.run(45, 15_000, () => 120 * MIB);
    expect(desk.told('growth')).toEqual(['fired warning', 'resolved warning']);
  });

  test('what a cache of ours holds and may hold is no leak', () => {
    const cache = new Cache<number, string>({ maxBytes: '400MB', sizeOf: () => 5 * MIB });
    const desk = new MonitorDesk(HEAP);
    desk.monitor.start();
    desk.run(300, 600_000, (minute) => {
      cache.set(minute, 'value');
      return (100 + minute * 0.5) * MIB + wobble(minute);
    });
    expect(desk.told('growth')).toEqual([]);
    cache.clear();
  });

  test('Buffers and native memory are told apart', () => {
    const external = new MonitorDesk(QUIET);
    const native = new MonitorDesk(QUIET);
    for (const desk of [external, native]) desk.monitor.start();
    for (let minute = 0; minute < 300; minute += 10) {
      const grown = minute * MIB + wobble(minute);
      for (const desk of [external, native]) desk.clock.advance(600_000);
      const base = { heapUsed: 40 * MIB, heapTotal: 60 * MIB, arrayBuffers: 0 };
      external.memory.memorySample = { ...base, external: 20 * MIB + grown, rss: 100 * MIB + grown };
      native.memory.memorySample = { ...base, external: 20 * MIB, rss: 100 * MIB + grown };
      external.memory.collect();
      native.memory.collect();
    }
    expect(new Set(external.alerts.map(({ rule }) => rule))).toEqual(new Set(['external']));
    expect(new Set(native.alerts.map(({ rule }) => rule))).toEqual(new Set(['native']));
  });

  test('open handles and listeners by kind', () => {
    const desk = new MonitorDesk({ ...QUIET, interval: '5m' });
    desk.monitor.start();
    for (let step = 0; step < 42; step++) {
      desk.memory.handleCounts = { Timeout: 40 + (step % 7), TCPSocketWrap: 20 + step * 5 + (step % 3) };
      desk.memory.listenerCounts = { process: 20 + step * 10 + (step % 4) };
      desk.clock.advance(600_000);
    }
    expect(desk.told('handles')).toEqual(['fired warning']);
    expect(desk.alerts.find(({ rule }) => rule === 'handles')!.message).toContain('TCPSocketWrap');
    expect(desk.told('listeners')).toEqual(['fired warning']);
  });
});

describe('budgets', () => {
  test('each part against its own, and gone when it is taken back', () => {
    const desk = new MonitorDesk({ interval: '1s', budgets: { cache: { bytes: () => held, maxBytes: '5MB' } } });
    let held = 4 * MIB;
    desk.monitor.start();
    held = 6 * MIB;
    desk.clock.advance(1_000);
    held = 1;
    desk.clock.advance(1_000);
    expect(desk.told('budget:cache')).toEqual(['fired warning', 'updated critical', 'resolved critical']);
    const remove = desk.monitor.budget('modules', { bytes: () => 10, maxBytes: 10 });
    desk.clock.advance(1_000);
    expect(desk.monitor.status().components.map(({ name }) => name)).toEqual(['cache', 'modules']);
    remove();
    expect(desk.told('budget:modules')).toEqual(['fired critical', 'resolved critical']);
  });

  test('one that throws or gives rubbish is null, and stops nothing', () => {
    const bad = { bytes: () => Number.NaN, maxBytes: 5 };
    const worse = {
      bytes: () => {
        throw new Error('no');
      },
      maxBytes: 5,
    };
    const desk = new MonitorDesk({ budgets: { bad, worse } });
    desk.monitor.start();
    expect(desk.monitor.status().components.map(({ bytes }) => bytes)).toEqual([null, null]);
    expect(desk.errors.length).toBe(2);
    expect(desk.monitor.status().samples).toBe(1);
  });
});

describe('configuration', () => {
  test('is a finding at the start, and no level', () => {
    const desk = new MonitorDesk({ repeatAfter: '7d' });
    desk.memory.containerMemory = { limitBytes: 8_192 * MIB, workingSetBytes: MIB };
    desk.memory.heapLimit = 2_096 * MIB;
    desk.monitor.start();
    expect(desk.told('configuration')).toEqual(['fired warning']);
    expect(desk.alerts[0]!.message).toContain('--max-old-space-size=6144');
    expect(desk.monitor.level).toBe('ok');
    desk.clock.advance(3_600_000);
    expect(desk.alerts.length).toBe(1);
  });
});
