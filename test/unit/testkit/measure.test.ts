import { describe, expect, test } from 'vitest';
import { type ExpectOptions, resolveOptions } from '../../../src/testkit/check/options.ts';
import { measureWith } from '../../../src/testkit/check/measure.ts';
import type { LeakResult } from '../../../src/testkit/check/result.ts';
import { FakeHeap } from '../../helpers/fake-heap.ts';

/** A check by growth alone of work that keeps so many bytes at its nth call. */
async function check(
  kept: (call: number) => number,
  options: ExpectOptions = {},
  heap = new FakeHeap(),
): Promise<LeakResult> {
  const work = heap.work(kept);
  return measureWith(work, resolveOptions(work, { snapshots: 'never', ...options }), heap);
}

describe('measureLeak, by growth alone', () => {
  test('passes work that keeps nothing, after the rounds', async () => {
    const result = await check(() => 0);
    expect(result).toMatchObject({
      verdict: 'pass',
      evidence: 'growth',
      growth: [0, 0, 0, 0, 0, 0, 0],
      bytesPerCall: 0,
    });
    // A trial that doubles until a round takes 20 ms, one more warm-up round, seven measured ones.
    expect(result.iterations).toBe(16);
    expect(result.calls).toBe(1 + 31 + 16 + 7 * 16);
  });

  test.each([1024, 100, 40])('fails work that keeps %d bytes a call', async (bytes) => {
    const result = await check(() => bytes);
    expect(result).toMatchObject({ verdict: 'fail', medianGrowth: bytes * 16, bytesPerCall: bytes, scatter: 0 });
    expect(result.reason).toContain('went on');
  });

  test('fails a kilobyte a call where a round is one call', async () => {
    expect(await check(() => 1024, { iterations: 1 })).toMatchObject({ verdict: 'fail', iterations: 1 });
  });

  test('fails a store that doubles its room, although most rounds show nothing', async () => {
    const isPowerOfTwo = (call: number): boolean => call > 0 && (call & (call - 1)) === 0;
    const result = await check((call) => (isPowerOfTwo(call) ? call * 64 : 0), { iterations: 20 });
    expect(result.medianGrowth).toBe(0);
    expect(result.verdict).not.toBe('pass');
  });

  test.each<[string, (call: number) => number]>([
    ['one step, early', (call) => (call === 5 ? 1_000_000 : 0)],
    ['one step, in the measured rounds', (call) => (call === 100 ? 1_000_000 : 0)],
    ['one step, in the work that is done on', (call) => (call === 100 || call === 300 ? 1_000_000 : 0)],
    ['a table that fills during the rounds', (call) => (call < 100 ? 5_000 : 0)],
    ['a table that fills in the end', (call) => (call < 400 ? 5_000 : 0)],
    ['give and take', (call) => (call % 2 === 0 ? 5_000 : -5_000)],
    ['noise of the engine', (call) => ((call * 7919) % 13) - 6],
    ['memory that falls', () => -100],
  ])('passes %s', async (_what, kept) => {
    expect(await check(kept)).toMatchObject({ verdict: 'pass' });
  });

  test('passes what lets go late', async () => {
    const heap = new FakeHeap();
    const held: { readonly until: number }[] = [];
    heap.beforeFloor = () => {
      while (held.length > 0 && held[0]!.until <= heap.ms) {
        held.shift();
        heap.bytes -= 1000;
      }
    };
    const work = (): void => {
      heap.ms += 0.1;
      heap.bytes += 1000;
      held.push({ until: heap.ms + 300 });
    };
    const result = await measureWith(work, resolveOptions(work, { snapshots: 'never' }), heap);
    expect(result.medianGrowth).toBeGreaterThan(1000);
    expect(result.verdict).toBe('pass');
  });

  test('accepts growth within the tolerance', async () => {
    expect(await check(() => 900, { tolerance: '1KB' })).toMatchObject({ verdict: 'pass' });
    expect(await check(() => 1200, { tolerance: '1KB' })).toMatchObject({ verdict: 'fail' });
  });

  test('calls growth with a scatter larger than itself unstable', async () => {
    const heap = new FakeHeap();
    let round = 0;
    heap.beforeFloor = () => void (heap.bytes += round++ % 2 === 0 ? 90_000 : -70_000);
    expect(await check(() => 0, {}, heap)).toMatchObject({ verdict: expect.stringMatching(/pass|unstable/) });
  });

  test('hands the result over and gives errors of the work back as they are', async () => {
    const seen: LeakResult[] = [];
    await check(() => 0, { onResult: (result) => seen.push(result), name: 'parser' });
    expect(seen.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(['parser pass']);
    const mine = new Error('mine');
    const work = (call: number): void => {
      if (call === 40) throw mine;
    };
    await expect(measureWith(work, resolveOptions(work, {}), new FakeHeap())).rejects.toBe(mine);
  });

  test('keeps the calls few where each keeps much', async () => {
    const heap = new FakeHeap();
    const result = await check(() => 1024 * 1024, {}, heap);
    expect(result.verdict).toBe('fail');
    expect(heap.bytes).toBeLessThan(200 * 1024 * 1024);
  });

  test('does not run two checks at once, nor one within another', async () => {
    const order: string[] = [];
    const run = async (name: string): Promise<void> => {
      const work = (): void => void order.push(name);
      await measureWith(work, resolveOptions(work, { iterations: 1 }), new FakeHeap());
    };
    await Promise.all([run('a'), run('b')]);
    expect(order.join('')).toBe('a'.repeat(9) + 'b'.repeat(9));
    const nested = (): Promise<void> => run('c');
    const heap = new FakeHeap();
    await expect(measureWith(nested, resolveOptions(nested, { iterations: 1 }), heap)).rejects.toMatchObject({
      code: 'PLIM_ERR_OPTION_INVALID',
    });
  });
});

describe('options', () => {
  const work = (): void => {};

  test.each<[string, object, string]>([
    ['rounds', { rounds: 2 }, '`rounds`'],
    ['an even number of rounds', { rounds: 8 }, 'an odd number'],
    ['warmup', { warmup: 0 }, '`warmup`'],
    ['iterations', { iterations: 1.5 }, '`iterations`'],
    ['tolerance', { tolerance: '1 potato' }, '`tolerance`'],
    ['settle', { settle: -1 }, '`settle`'],
    ['snapshots', { snapshots: 'always' }, 'one of auto, never'],
    ['known without a reason', { known: [{ path: 'x' }] }, '`known[0].reason`'],
    ['known without a pattern', { known: [{ reason: 'x' }] }, '`known[0]`'],
    ['known with a number', { known: [{ reason: 'x', path: 3 }] }, '`known[0].path`'],
    ['an update of no baseline', { updateBaseline: true }, '`baseline`'],
    ['onResult', { onResult: 3 }, '`onResult`'],
  ])('refuses bad %s', (_what, options, text) => {
    expect(() => resolveOptions(work, options)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
    expect(() => resolveOptions(work, options)).toThrow(text);
  });

  test('refuses an option that does not exist, and work that is no function', () => {
    expect(() => resolveOptions(work, { round: 7 } as never)).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_UNKNOWN' }),
    );
    expect(() => resolveOptions(7, {})).toThrow('Expected `work` to be a function, got 7 (number).');
  });

  test('has defaults', () => {
    expect(resolveOptions(work, {})).toMatchObject({
      name: 'work',
      rounds: 7,
      warmup: 2,
      iterations: null,
      settleMs: 500,
    });
  });
});
