/** The thread store of examples/thread-store, as it ships: on the built package, beside a model of what must not be lost. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../helpers/fake-clock.ts';
import { holds } from '../helpers/properties.ts';

interface Figures {
  readonly flushTimers: number;
  readonly timeoutTimers: number;
  readonly total: number;
  readonly size: number;
}

interface ThreadStore {
  readonly threads: Map<string, unknown> & { evict(count: number): number; readonly maxEntries: number };
  append(id: string, delta: string): void;
  startTurn(id: string): void;
  endTurn(id: string): void;
  setSessions(count: number): void;
  stats(): Figures;
  close(): Promise<void>;
}

type Make = (
  target: { send(id: string, text: string): void; onTimeout(id: string): void },
  options: object,
) => ThreadStore;

const example = pathToFileURL(path.resolve('examples/thread-store/thread-store.mjs')).href;
const { makeThreadStore } = (await import(example)) as { makeThreadStore: Make };

/** What must have reached the outside, whatever became of the store. */
class Outside {
  readonly clock = new FakeClock();
  readonly sent = new Map<string, string>();
  readonly timedOut = new Map<string, number>();
  readonly store: ThreadStore;

  constructor() {
    const send = (id: string, text: string): void => void this.sent.set(id, (this.sent.get(id) ?? '') + text);
    const onTimeout = (id: string): void => void this.timedOut.set(id, (this.timedOut.get(id) ?? 0) + 1);
    this.store = makeThreadStore({ send, onTimeout }, { clock: this.clock });
  }
}

describe('the thread store', () => {
  test('a set at 500 leaves 451, and every evicted delta is sent', () => {
    const { store, sent } = new Outside();
    for (let i = 0; i < 501; i++) store.append(`t${i}`, `delta ${i}`);
    expect(store.threads.size).toBe(451);
    expect(sent).toEqual(new Map(Array.from({ length: 50 }, (_, i) => [`t${i}`, `delta ${i}`])));
    expect(store.stats()).toMatchObject({ size: 451, flushTimers: 451, timeoutTimers: 0, total: 451 });
  });

  test('takes its capacity from MAX_CACHE_SIZE, and warns of rubbish there', async () => {
    const warnings: string[] = [];
    const hear = ({ message }: Error): void => void (message.includes('MAX_CACHE_SIZE') && warnings.push(message));
    process.on('warning', hear);
    const capacityWith = (text: string): number => {
      process.env['MAX_CACHE_SIZE'] = text;
      try {
        return new Outside().store.threads.maxEntries;
      } finally {
        delete process.env['MAX_CACHE_SIZE'];
      }
    };
    expect(['1200', '', 'many', '-5', '1.5', '0'].map(capacityWith)).toEqual([1200, 500, 500, 500, 500, 500]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', hear);
    expect(warnings.map((text) => /'(.*)'/.exec(text)?.[1])).toEqual(['many', '-5', '1.5', '0']);
  });

  test('holds a hundred threads for each session, and one whose turn runs is not evicted', async () => {
    const { store, timedOut, clock } = new Outside();
    store.setSessions(15);
    expect(store.threads.maxEntries).toBe(1500);
    store.startTurn('busy');
    for (let i = 0; i < 2000; i++) store.append(`t${i}`, 'delta');
    expect(store.threads.has('busy')).toBe(true);
    store.setSessions(1);
    expect([store.threads.size, store.threads.has('busy')]).toEqual([500, true]);
    expect(store.stats().timeoutTimers).toBe(1);
    store.threads.delete('busy');
    expect(timedOut).toEqual(new Map([['busy', 1]]));
    await store.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('loses no delta and no timeout, and leaves no timer, in whatever order things happen', async () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', '__proto__');
    const step = fc.oneof(
      fc.record({ what: fc.constantFrom('append', 'startTurn', 'endTurn', 'delete'), id }),
      fc.record({ what: fc.constant('evict'), count: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ what: fc.constant('advance'), ms: fc.constantFrom(10, 50, 60_000, 120_000, 3_600_000) }),
      fc.record({ what: fc.constant('clear') }),
    );
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { store, sent, timedOut, clock } = new Outside();
      const appended = new Map<string, string>();
      /** Turns that have neither ended nor timed out, and when they will. */
      const running = new Map<string, number>();
      const ran = new Map<string, number>();
      const due = (key: string): void => {
        running.delete(key);
        ran.set(key, (ran.get(key) ?? 0) + 1);
      };
      let delta = 0;
      for (const { what, ...given } of steps as { what: string; id: string; count: number; ms: number }[]) {
        if (what === 'append') {
          const text = `${delta++},`;
          appended.set(given.id, (appended.get(given.id) ?? '') + text);
          store.append(given.id, text);
        } else if (what === 'startTurn') {
          running.set(given.id, clock.steadyNow() + 120_000);
          store.startTurn(given.id);
        } else if (what === 'endTurn') {
          running.delete(given.id);
          store.endTurn(given.id);
        } else if (what === 'delete') store.threads.delete(given.id);
        else if (what === 'evict') store.threads.evict(given.count);
        else if (what === 'advance') clock.advance(given.ms);
        else store.threads.clear();
        const turns = [...running];
        for (const [key, at] of turns) {
          if (clock.steadyNow() >= at || what === 'clear' || (what === 'delete' && key === given.id)) due(key);
        }
        for (const [key, text] of appended) {
          const told = sent.get(key) ?? '';
          expect(text.startsWith(told)).toBe(true);
          if (!store.threads.has(key)) expect(told).toBe(text);
        }
        expect(timedOut).toEqual(ran);
        const { flushTimers, timeoutTimers, total } = store.stats();
        expect(timeoutTimers).toBe(running.size);
        expect(total).toBe(flushTimers + timeoutTimers);
        // Beside these only the cache's own, for what has become idle.
        expect(clock.pendingTimers - total).toBeLessThanOrEqual(1);
      }
      await store.close();
      const rest = [...running.keys()];
      for (const key of rest) due(key);
      expect([sent, timedOut, clock.pendingTimers]).toEqual([appended, ran, 0]);
    });
    await holds(property, 300);
  });
});
