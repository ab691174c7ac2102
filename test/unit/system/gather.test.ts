/** Figures of other processes: who answers, who does not, and what is believed of what comes. */
import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Gatherer, Metrics } from '../../../src/system/index.ts';
import { Slots } from '../../../src/system/metrics/gather/slots.ts';
import { ANSWER, fromWire, toWire } from '../../../src/system/metrics/gather/wire.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

type Reply = (id: unknown) => unknown;

/** A worker that answers what it is told to. */
class FakeWorker extends EventEmitter {
  isGone = false;
  readonly #reply: Reply;

  constructor(reply: Reply) {
    super();
    this.#reply = reply;
  }

  isConnected(): boolean {
    return !this.isGone;
  }

  send({ id }: { readonly id?: unknown }): void {
    const reply = this.#reply(id);
    if (reply !== undefined) queueMicrotask(() => this.emit('message', reply));
  }
}

const figures = (): unknown => toWire(new Metrics().collect(), true);
const answers: Reply = (id) => ({ type: ANSWER, id, families: figures() });

function rig(workers: Record<string, FakeWorker>): {
  readonly text: () => Promise<string>;
  readonly clock: FakeClock;
  readonly gatherer: Gatherer;
} {
  const clock = new FakeClock();
  const gatherer = new Gatherer({ cluster: { workers }, clock });
  const metrics = new Metrics({ gather: gatherer, clock });
  return { gatherer, clock, text: () => metrics.text() };
}

function workersIn(text: string): string[] {
  return [...text.matchAll(/^process_resident_memory_bytes\{worker="(\d+)"\} /gm)].map((match) => match[1]!);
}

describe('workers', () => {
  test('are in the answer, each with a small number', async () => {
    const { text } = rig({ 17: new FakeWorker(answers), 42: new FakeWorker(answers) });
    const all = await text();
    expect(workersIn(all)).toEqual(['1', '2']);
    expect(all).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(all.match(/^# TYPE process_resident_memory_bytes /gm)).toHaveLength(1);
    expect(all).toContain('\nplimsoll_metrics_missing 0\n');
  });

  test('that take the place of others take their numbers', async () => {
    const workers: Record<string, FakeWorker> = { 1: new FakeWorker(answers), 2: new FakeWorker(answers) };
    const { text, clock } = rig(workers);
    await text();
    for (let id = 3; id < 50; id++) {
      delete workers[id - 2];
      workers[id] = new FakeWorker(answers);
      clock.advance(1_000);
      expect(workersIn(await text()).sort()).toEqual(['1', '2']);
    }
  });

  test('that do not answer are missed, and waited for no longer than allowed', async () => {
    const silent = new FakeWorker(() => undefined);
    const { text, clock, gatherer } = rig({ 1: silent, 2: new FakeWorker(answers) });
    const pending = text();
    await clock.advanceAsync(1_000);
    expect(workersIn(await pending)).toEqual(['2']);
    expect([gatherer.missing, silent.listenerCount('message')]).toEqual([1, 0]);
    expect(await pending).toContain('\nplimsoll_metrics_missing 1\n');
  });

  test('that are gone, or go while they are asked, hold nothing up', async () => {
    const gone = new FakeWorker(answers);
    gone.isGone = true;
    const going = new FakeWorker(() => {
      throw new Error('channel closed');
    });
    const { text, gatherer } = rig({ 1: gone, 2: going, 3: new FakeWorker(answers) });
    await settle();
    expect(workersIn(await text())).toEqual(['2']);
    expect(gatherer.missing).toBe(1);
  });

  test('do not answer for others: an old id, another type, another message', async () => {
    const rubbish = new FakeWorker((id) => ({ type: ANSWER, id: Number(id) - 1, families: figures() }));
    const other = new FakeWorker((id) => ({ type: 'mine', id }));
    const nothing = new FakeWorker(() => null);
    const { text, clock } = rig({ 1: rubbish, 2: other, 3: nothing });
    const pending = text();
    await clock.advanceAsync(1_000);
    expect(workersIn(await pending)).toEqual([]);
  });
});

describe('what comes from elsewhere', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no list', { plimsoll_scopes: 1 }],
    ['an unknown metric', [['evil_metric', [[{}, 1]]]]],
    ['no points', [['plimsoll_scopes', 'many']]],
    ['a text for a figure', [['plimsoll_scopes', [[{}, '1\nevil 1']]]]],
    ['a figure for a histogram', [['plimsoll_session_bytes', [[{}, 1]]]]],
    ['a histogram of other bounds', [['plimsoll_session_bytes', [[{}, { atMost: [1], count: 1, sum: 1 }]]]]],
    ['no labels', [['plimsoll_cache_entries', [[null, 1]]]]],
    ['labels of other types', [['plimsoll_cache_entries', [[{ cache: { toString: () => 'x' } }, 1]]]]],
  ])('is not believed when it is %s', (_what, data) => {
    expect(fromWire(data, {})).toEqual([]);
  });

  test('keeps its own labels and gets ours', () => {
    const [family] = fromWire([['plimsoll_cache_entries', [[{ cache: 'a"b', evil: 'x' }, 3]]]], { worker: '1' });
    expect(family!.points[0]!.labels.text).toBe('cache="a\\"b",worker="1"');
  });

  test('is bounded', () => {
    const points = Array.from({ length: 60_000 }, (_, i) => [{ cache: String(i) }, i]);
    expect(
      fromWire(
        [
          ['plimsoll_cache_entries', points],
          ['plimsoll_scopes', [[{}, 1]]],
        ],
        {},
      )[0]!.points,
    ).toHaveLength(50_000);
  });

  test('of a thread lacks what is the process’s', () => {
    const names = toWire(new Metrics().collect(), false).map(([name]) => name);
    expect(names).toContain('nodejs_heap_size_used_bytes');
    expect(names).not.toContain('process_resident_memory_bytes');
  });
});

test('numbers are the smallest that are free', () => {
  const slots = new Slots<string>();
  expect(['a', 'b', 'c', 'b'].map((name) => slots.of(name))).toEqual([1, 2, 3, 2]);
  slots.keep(new Set(['a', 'c']));
  expect(['d', 'c', 'e'].map((name) => slots.of(name))).toEqual([2, 3, 4]);
});

test('options are checked', () => {
  const invalid = expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' });
  expect(() => new Gatherer({ cluster: 'all' as never })).toThrow(invalid);
  expect(() => new Gatherer({ threads: 'yes' as never })).toThrow(invalid);
  expect(() => new Gatherer({ timeout: 0 })).toThrow(invalid);
  expect(() => new Metrics({ gather: {} as never })).toThrow(invalid);
});
