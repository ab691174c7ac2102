import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { AsyncContext } from '../../../src/runtime/async-context.ts';

test('a value follows its call through promises, and no other', async () => {
  const context = new AsyncContext<string>();
  const seen: unknown[] = [];
  const call = async (): Promise<void> => {
    seen.push(context.get());
    await turn();
    seen.push(context.get());
  };
  await Promise.all([context.run('a', call), context.run('b', call), call()]);
  expect(seen).toEqual(['a', 'b', undefined, 'a', 'b', undefined]);
});

test('the inner call has its own value, and the outer one its own again', () => {
  const context = new AsyncContext<string>();
  const inner = (): unknown => context.run('inner', () => context.get());
  expect(context.run('outer', () => [context.get(), inner(), context.get()])).toEqual(['outer', 'inner', 'outer']);
});

test('it is switched off when the last call is over, whichever way that ends', async () => {
  const context = new AsyncContext<string>();
  const after: Promise<unknown>[] = [];
  const leaveBehind = (): void => void after.push(turn().then(() => context.get()));
  const fail = async (): Promise<void> => {
    leaveBehind();
    throw new Error('rejected');
  };
  await expect(context.run('value', fail)).rejects.toThrow('rejected');
  const failAtOnce = (): void => {
    leaveBehind();
    throw new Error('thrown');
  };
  expect(() => context.run('value', failAtOnce)).toThrow('thrown');
  context.run('value', leaveBehind);
  expect(await Promise.all(after)).toEqual([undefined, undefined, undefined]);
});
