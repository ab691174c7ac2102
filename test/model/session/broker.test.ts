/** Many sessions at once beside one plain model each: what one does is never seen in another, whatever keys and names hold. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SessionBroker } from '../../../src/session/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { holds } from '../../helpers/properties.ts';

/** One session as it should be. */
interface Model {
  readonly store: Map<string, number>;
  charged: number;
  readonly ended: string[];
}

const NAMES = ['a', 'a:b', 'b', '', '__proto__', 'constructor', 'é', 'e\u0301', 'a\0b', '𝐚', 'session "a"'];
const MOST = 6;
const BUDGET = 1000;

const name = fc.constantFrom(...NAMES);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constant('open'), id: name }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('close', 'touch'), id: name }) },
  { weight: 8, arbitrary: fc.record({ what: fc.constantFrom('set', 'delete'), id: name, key: name, value: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('charge', 'release'),
      id: name,
      value: fc.integer({ min: 0, max: 700 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('closeAll') }) },
);

interface Step {
  readonly what: string;
  readonly id: string;
  readonly key: string;
  readonly value: number;
}

test('sessions are what their models are', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
    const broker = new SessionBroker<string, number>({
      maxSessions: MOST,
      perSession: BUDGET,
      store: { maxEntries: 100, maxBytes: BUDGET, sizeOf: () => 0, warnUtilisation: false },
      onFull: 'closeLeastRecent',
      clock: new FakeClock(),
    });
    broker.events.on('alert', () => {});
    /** The least recently used first. */
    const models = new Map<string, Model>();
    const endings: string[][] = [];
    const close = (id: string): void => {
      const model = models.get(id);
      if (models.delete(id)) endings.push(model!.ended);
    };
    for (const { what, id, key, value } of steps as Step[]) {
      const session = what === 'open' ? await broker.open(id) : id === undefined ? undefined : broker.get(id);
      if (what === 'open' && !models.has(id)) {
        if (models.size === MOST) close([...models.keys()][0]!);
        const model: Model = { store: new Map(), charged: 0, ended: [] };
        session!.scope.defer(() => model.ended.push(id));
        models.set(id, model);
      }
      const model = models.get(id);
      expect(session?.id).toBe(model === undefined ? undefined : id);
      if (what === 'closeAll') {
        await broker.closeAll();
        const all = [...models.keys()];
        for (const each of all) close(each);
      }
      if (model === undefined) continue;
      models.delete(id);
      models.set(id, model);
      if (what === 'set') {
        session!.store.set(key, value);
        model.store.set(key, value);
      }
      if (what === 'delete') expect(session!.store.delete(key)).toBe(model.store.delete(key));
      if (what === 'charge') {
        const fits = model.charged + value <= BUDGET;
        expect(session!.budget.tryCharge('work', value)).toBe(fits);
        if (fits) model.charged += value;
      }
      if (what === 'release' && value <= model.charged) {
        session!.budget.release('work', value);
        model.charged -= value;
      }
      if (what === 'close') {
        await broker.close(id);
        close(id);
      }
      expect([...broker].map((each) => each.id)).toEqual([...models.keys()]);
      for (const each of broker) {
        const own = models.get(each.id)!;
        const { store, budget } = each as typeof session & object;
        expect([new Map(store), budget.used('work'), own.ended]).toEqual([own.store, own.charged, []]);
      }
    }
    await broker.shutdown();
    const rest = [...models.keys()];
    for (const id of rest) close(id);
    // Each ended once, in its own name.
    expect(endings.every((ended) => ended.length === 1)).toBe(true);
  });
  await holds(property, 150);
});
