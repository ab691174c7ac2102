import { afterEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { utilizationMeter, watchLoop } from '../../../src/runtime/loop.ts';

const MS = 1e6;

/** What a runtime's histogram says, ns. */
interface Histogram {
  count: number;
  min: number;
  max: number;
  mean: number;
  percentile(p: number): number;
  enable(): boolean;
  disable(): boolean;
  reset(): void;
}

function histogram(figures: Partial<Histogram>): Histogram & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    count: 10,
    min: 100 * MS,
    max: 400 * MS,
    mean: 130 * MS,
    percentile: (p) => (p === 50 ? 101 * MS : p === 90 ? 150 * MS : 300 * MS),
    enable: () => calls.push('enable') > 0,
    disable: () => calls.push('disable') > 0,
    reset: () => void calls.push('reset'),
    ...figures,
    calls,
  };
}

let modules: MockInstance | undefined;

/** Has `node:perf_hooks` make histograms this way. */
function runtimeWith(monitorEventLoopDelay: unknown): void {
  modules = vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ monitorEventLoopDelay });
}

afterEach(() => modules?.mockRestore());

describe('watchLoop', () => {
  test('a runtime that samples by a timer: its own wait is taken off', () => {
    runtimeWith(() => histogram({}));
    expect(watchLoop()!.read()).toEqual({
      p50Ms: 1,
      p90Ms: 50,
      p99Ms: 200,
      maxMs: 300,
      meanMs: 30,
      samples: 10,
    });
  });

  test('a runtime that samples by turns of the loop: nothing is taken off', () => {
    runtimeWith(() => histogram({ min: 0.01 * MS, percentile: () => 2 * MS, max: 5 * MS, mean: MS }));
    expect(watchLoop()!.read()).toEqual({ p50Ms: 2, p90Ms: 2, p99Ms: 2, maxMs: 5, meanMs: 1, samples: 10 });
  });

  test('never less than nothing', () => {
    runtimeWith(() => histogram({ min: 95 * MS, percentile: () => 95 * MS, mean: 95 * MS }));
    expect(watchLoop()!.read()).toMatchObject({ p50Ms: 0, p99Ms: 0, meanMs: 0 });
  });

  test.each([
    ['nothing measured yet', { count: 0 }],
    ['a count that never counts', { count: Number.NaN }],
    ['counts without times, as Deno has them', { max: 0 }],
    ['times that are none', { max: Number.NaN }],
  ])('%s: null', (_, figures) => {
    runtimeWith(() => histogram(figures));
    expect(watchLoop()!.read()).toBeNull();
  });

  test('each reading begins anew, and after the end nothing is measured', () => {
    const measured = histogram({});
    runtimeWith(() => measured);
    const watch = watchLoop()!;
    watch.read();
    watch.read();
    watch.stop();
    expect(measured.calls).toEqual(['enable', 'reset', 'reset', 'disable']);
  });

  test('a runtime without it, or that fails: null', () => {
    runtimeWith(undefined);
    expect(watchLoop()).toBeNull();
    modules?.mockRestore();
    runtimeWith(() => {
      throw new Error('not implemented');
    });
    expect(watchLoop()).toBeNull();
  });
});

test('the share of the time that the loop worked, or nothing', () => {
  const meter = utilizationMeter();
  for (let i = 0; i < 3; i++) {
    const share = meter() ?? 0;
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
  }
});
