import { expect, test } from 'vitest';
import { liveOf, registerLive } from '../../../src/base/registry.ts';

test('finds what is registered, by kind, oldest first', () => {
  const one = { id: 1 };
  const two = { id: 2 };
  registerLive('watcher', one);
  registerLive('watcher', two);
  expect(liveOf('watcher')).toEqual([one, two]);
  expect(liveOf('monitor')).not.toContain(one);
});

test('forgets what is taken out, once and for all', () => {
  const held = {};
  const forget = registerLive('monitor', held);
  forget();
  forget();
  expect(liveOf('monitor')).not.toContain(held);
});

test('is one list for all copies of the package', async () => {
  const held = {};
  registerLive('monitor', held);
  const home = (globalThis as { [key: symbol]: unknown })[Symbol.for('plimsoll.live')];
  expect(home).toBeInstanceOf(Map);
  expect(liveOf('monitor')).toContain(held);
});
