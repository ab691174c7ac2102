import { describe, expect, test } from 'vitest';
import { Monitor, type MonitorOptions } from '../../../src/monitor/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';
import { FakeMemory, MIB } from '../../helpers/fake-memory.ts';

function make(options: MonitorOptions = {}): { clock: FakeClock; memory: FakeMemory; monitor: Monitor } {
  const clock = new FakeClock();
  const memory = new FakeMemory(clock);
  return { clock, memory, monitor: new Monitor({ clock, door: memory, ...options }) };
}

describe('sampling', () => {
  test('reads at once and then on the tick', () => {
    const { clock, monitor } = make();
    monitor.start();
    expect(monitor.status().samples).toBe(1);
    clock.advance(95_000);
    expect(monitor.status().samples).toBe(4);
    expect(monitor.series().samples.heapUsedBytes).toEqual(Array(4).fill(40 * MIB));
  });

  test('reads the floor after each major collection, and forgets none', () => {
    const { clock, memory, monitor } = make();
    monitor.start();
    clock.advance(5_000);
    for (let i = 0; i < 5; i++) memory.collect({ kind: 'minor', pauseMs: 2 });
    memory.floor(25 * MIB);
    const { heap, gc } = monitor.status();
    expect(heap).toMatchObject({ floorBytes: 25 * MIB, usedBytes: 40 * MIB });
    expect(gc).toMatchObject({ minor: { count: 5, seconds: 0.01 }, major: { count: 1, atMost: [1, 1, 1, 1] } });
    expect(monitor.series().floors.heapBytes).toEqual([25 * MIB]);
  });

  test('what the runtime cannot give is null', async () => {
    const { memory, monitor } = make();
    memory.collects = false;
    memory.containerMemory = null;
    memory.handleCounts = null;
    memory.heapLimit = null;
    monitor.start();
    await settle();
    expect(monitor.status()).toMatchObject({
      gc: null,
      container: null,
      pressure: null,
      handles: null,
      loopDelay: null,
      loopUtilization: null,
      trend: null,
      configuration: null,
      heap: { limitBytes: null, floorBytes: null, floorAt: null },
    });
  });

  test('is plain data', () => {
    const { monitor } = make();
    monitor.start();
    const status = monitor.status();
    expect(JSON.parse(JSON.stringify(status))).toEqual(status);
  });

  test('tells listeners of every sample', () => {
    const { clock, monitor } = make({ interval: '1s' });
    const seen: number[] = [];
    const off = monitor.on('sample', ({ status }) => seen.push(status().samples));
    monitor.start();
    clock.advance(2_000);
    off();
    clock.advance(2_000);
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe('stop', () => {
  test('leaves nothing, fifty times over', () => {
    const { clock, memory, monitor } = make();
    for (let i = 0; i < 50; i++) {
      monitor.start();
      expect([...memory.running].sort()).toEqual(['collections', 'loop']);
      monitor.stop();
    }
    expect(memory.running.size + clock.pendingTimers).toBe(0);
    const { reads } = memory;
    clock.advance(3_600_000);
    memory.floor(1);
    expect(memory.reads).toBe(reads);
  });

  test('starting twice is starting once', () => {
    const { clock, monitor } = make();
    monitor.start().start();
    expect(clock.pendingTimers).toBe(1);
    monitor[Symbol.dispose]();
    monitor.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
