import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Slots, State } from '../../../../src/cache/core/slots.ts';
import { makePolicy } from '../../../../src/cache/policy/make-policy.ts';
import type { CachePolicy } from '../../../../src/cache/policy/make-policy.ts';
import type { Policy } from '../../../../src/cache/policy/policy.ts';
import { POLICIES } from '../../../helpers/cache-policies.ts';
import { holds } from '../../../helpers/properties.ts';

interface Bench {
  readonly policy: Policy;
  readonly slots: Slots;
  /** How often the state of a slot was looked at. */
  readonly looks: () => number;
  readonly pin: (slot: number) => void;
  readonly unpin: (slot: number) => void;
}

function make(name: CachePolicy, entries: number): Bench {
  const slots = new Slots(entries);
  let looks = 0;
  const countLooks = (state: Uint8Array): Uint8Array =>
    new Proxy(state, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) looks++;
        return Reflect.get(target, key, target) as unknown;
      },
      set: (target, key, value) => Reflect.set(target, key, value, target),
    });
  const watched = new Proxy(slots, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (key === 'state') return countLooks(target.state);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const policy = makePolicy(name, watched, entries, (slot) => slot);
  for (let i = 0; i < entries; i++) policy.inserted(slots.take(i, i, i));
  return {
    policy,
    slots,
    looks: () => looks,
    pin: (slot) => {
      slots.state[slot]! |= State.PINNED;
      policy.pinned?.(slot);
    },
    unpin: (slot) => {
      slots.state[slot]! &= ~State.PINNED;
      policy.unpinned?.(slot);
    },
  };
}

describe.each(POLICIES)('%s', (name) => {
  test('does not pay for entries in use at every eviction, nor when some come back', () => {
    const { policy, slots, looks, pin, unpin } = make(name, 3000);
    const pinned = 2990;
    const cold = name === 'largest' ? 11 : 1;
    for (let i = 0; i < pinned; i++) pin(cold + i);
    const before = looks();
    for (let i = 0; i < 500; i++) {
      const slot = policy.evict();
      expect(slot).not.toBe(0);
      slots.vacate(slot);
      slots.release(slot);
      policy.inserted(slots.take(i, i, i));
      unpin(cold + pinned - 1 - i);
      pin(cold + pinned - 1 - i);
    }
    expect(looks() - before).toBeLessThan(4 * pinned + 500 * 20);
    policy.check();
  });
});

type Step = { readonly do: 'evict' | 'touch' | 'remove' | 'pin' | 'unpin'; readonly at: number };
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('evict', 'evict', 'touch', 'remove', 'pin', 'pin', 'unpin', 'unpin'),
  at: fc.nat(1000),
});

test.each(['lru', 'fifo'] as const)('%s evicts the first that is not in use, whatever was before', (name) => {
  holds(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const { policy, slots, pin, unpin } = make(name, 12);
      let order = Array.from({ length: 12 }, (_, i) => i + 1);
      const pinned = new Set<number>();
      for (const { do: what, at } of steps) {
        const slot = order[at % Math.max(1, order.length)] ?? 0;
        if (what === 'evict') {
          const expected = order.find((each) => !pinned.has(each)) ?? 0;
          expect(policy.evict()).toBe(expected);
          order = order.filter((each) => each !== expected);
        } else if (slot === 0) continue;
        else if (what === 'touch') {
          policy.touched(slot);
          if (name === 'lru') order = [...order.filter((each) => each !== slot), slot];
        } else if (what === 'remove') {
          slots.vacate(slot);
          policy.removed(slot);
          pinned.delete(slot);
          order = order.filter((each) => each !== slot);
        } else if (what === 'pin' && !pinned.has(slot)) {
          pinned.add(slot);
          pin(slot);
        } else if (what === 'unpin' && pinned.delete(slot)) unpin(slot);
        expect([...policy.slots()]).toEqual(order);
        policy.check();
      }
    }),
    150,
  );
});
