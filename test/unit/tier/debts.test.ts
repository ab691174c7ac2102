import { expect, test, vi } from 'vitest';
import { Debts } from '../../../src/tier/debts.ts';

test('a key stays owed until it is paid, not only until its payment is under way', () => {
  const debts = new Debts(10, () => {});
  debts.owe('a');
  debts.owe('b');
  const { keys } = debts.take();
  expect(keys.map(({ key }) => key)).toEqual(['a', 'b']);
  expect([debts.size, debts.has('a')]).toEqual([2, true]);
  debts.paid(keys[0]!);
  expect([debts.size, debts.has('a'), debts.has('b')]).toEqual([1, false, true]);
});

test('what came to be owed again during the payment is not paid by it', () => {
  const debts = new Debts(10, () => {});
  debts.owe('a');
  const [first] = debts.take().keys;
  debts.owe('a');
  expect([first!, debts.take().keys[0]!].map((debt) => debts.isOpen(debt))).toEqual([false, true]);
  debts.paid(first!);
  expect(debts.has('a')).toBe(true);
  debts.paid(debts.take().keys[0]!);
  expect(debts.size).toBe(0);
});

test('a later write that was acknowledged settles it', () => {
  const debts = new Debts(10, () => {});
  debts.owe('a');
  debts.settle('a');
  expect(debts.has('a')).toBe(false);
});

test('beyond the bound all is owed, and that is taken once', () => {
  const onOwe = vi.fn();
  const debts = new Debts(2, onOwe);
  for (const key of ['a', 'b', 'c']) debts.owe(key);
  debts.oweTag('t');
  expect([debts.has('z'), onOwe.mock.calls.length]).toEqual([true, 4]);
  expect(debts.take()).toEqual({ keys: [], tags: [], isAll: true });
  expect([debts.size, debts.has('z')]).toEqual([0, false]);
});
