import { describe, expect, test } from 'vitest';
import { State } from '../../../../src/cache/core/slots.ts';
import { TinyLfu } from '../../../../src/cache/policy/tiny-lfu.ts';

function make(capacity: number, windowLimit: number) {
  const columns = { state: new Uint8Array(5000), hashes: new Int32Array(5000) };
  columns.hashes.forEach((_, slot) => (columns.hashes[slot] = Math.imul(slot, 0x9e3779b1)));
  const released: number[] = [];
  const policy = new TinyLfu(capacity, windowLimit, (slot) => released.push(slot));
  policy.attach(columns);
  return { policy, released, ...columns };
}

describe('TinyLfu', () => {
  test('keeps the entries that are used', () => {
    const { policy } = make(100, 5);
    for (let slot = 1; slot <= 100; slot++) policy.insert(slot);
    for (let round = 0; round < 3; round++) {
      for (let slot = 1; slot <= 50; slot++) policy.touch(slot);
      for (let i = 0; i < 10; i++) expect(policy.evict()).toBeGreaterThan(50);
    }
    policy.check();
    expect([...policy.slots()].length).toBe(70);
  });

  test('never evicts a pinned entry, and says so when all are', () => {
    const { policy, state } = make(20, 3);
    for (let slot = 1; slot <= 20; slot++) policy.insert(slot);
    for (let slot = 1; slot <= 19; slot++) state[slot]! |= State.PINNED;
    expect(policy.evict()).toBe(20);
    expect(policy.evict()).toBe(0);
    expect([...policy.slots()].length).toBe(19);
    policy.check();
    state[7]! &= ~State.PINNED;
    policy.unpinned(7);
    expect(policy.evict()).toBe(7);
    expect([...policy.slots()].length).toBe(18);
    policy.check();
  });

  test('lets go of a pinned entry that is removed, wherever it is', () => {
    const { policy, state, released } = make(20, 3);
    for (let slot = 1; slot <= 20; slot++) policy.insert(slot);
    for (let slot = 1; slot <= 19; slot++) state[slot]! |= State.PINNED;
    expect([policy.evict(), policy.evict()]).toEqual([20, 0]);
    policy.markGone(3);
    policy.markGone(19);
    expect(released).toEqual([3, 19]);
    expect([...policy.slots()].length).toBe(17);
    policy.check();
  });

  test('judges newcomers as before while half of the entries are pinned', () => {
    const { policy, state } = make(200, 10);
    for (let slot = 1; slot <= 200; slot++) policy.insert(slot);
    for (let slot = 1; slot <= 100; slot++) state[slot]! |= State.PINNED;
    // Those in use are asked for now and then; a scan of new keys must not take their places.
    for (let slot = 201; slot <= 1200; slot++) {
      if (slot % 300 === 201) for (let popular = 101; popular <= 180; popular++) policy.touch(popular);
      expect(policy.evict()).toBeGreaterThan(180);
      policy.insert(slot);
    }
    policy.check();
  });

  test('releases the slots of entries that are gone, when the hand comes by or by sweeping', () => {
    const { policy, released } = make(1000, 50);
    for (let slot = 1; slot <= 1000; slot++) policy.insert(slot);
    for (let slot = 1; slot <= 1000; slot += 2) policy.markGone(slot);
    expect([...policy.slots()].length).toBe(500);
    for (let i = 0; i < 20; i++) {
      policy.sweepSome();
      policy.check();
    }
    expect(policy.goneCount).toBe(0);
    expect(released.length).toBe(500);
    expect(released.every((slot) => slot % 2 === 1)).toBe(true);
    expect(policy.evict() % 2).toBe(0);
  });

  test('does not stall when everything was touched', () => {
    const { policy, state } = make(4000, 40);
    for (let slot = 1; slot <= 4000; slot++) policy.insert(slot);
    for (let slot = 1; slot <= 4000; slot++) policy.touch(slot);
    expect(policy.evict()).toBeGreaterThan(0);
    const untouched = state.subarray(1, 4001).filter((now) => (now & State.TOUCHED) === 0).length;
    expect(untouched).toBeGreaterThan(0);
    expect(untouched).toBeLessThan(2100);
  });

  test('follows a border that moves', () => {
    const { policy } = make(100, 50);
    for (let slot = 1; slot <= 100; slot++) policy.insert(slot);
    expect(policy.window.count).toBe(50);
    policy.windowLimit = 5;
    for (let slot = 101; slot <= 300; slot++) {
      policy.evict();
      policy.insert(slot);
    }
    expect(policy.window.count).toBeLessThanOrEqual(6);
    policy.windowLimit = 80;
    for (let slot = 301; slot <= 700; slot++) {
      policy.evict();
      policy.insert(slot);
    }
    expect(policy.window.count).toBeGreaterThanOrEqual(80);
    policy.check();
  });
});
