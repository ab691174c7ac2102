import { expect, test } from 'vitest';
import { Scope, scopeDisposals } from '../../../src/scope/index.ts';

/** What `work` adds to the process's account. */
async function addedBy(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = scopeDisposals();
  await work();
  const after = scopeDisposals();
  return { ok: after.ok - before.ok, error: after.error - before.error, timeout: after.timeout - before.timeout };
}

test('a scope that closes is counted once, and each scope within it', async () => {
  const added = await addedBy(async () => {
    const scope = new Scope();
    scope.child().defer(() => {});
    await Promise.all([scope.close(), scope.close()]);
    await scope.close();
  });
  expect(added).toEqual({ ok: 2, error: 0, timeout: 0 });
});

test('one that closes at once is counted too, and one that was moved only with its heir', async () => {
  const added = await addedBy(async () => {
    const scope = new Scope();
    scope.move().dispose();
    scope.dispose();
  });
  expect(added).toEqual({ ok: 1, error: 0, timeout: 0 });
});

test('by what went wrong: an error, or time that was not enough', async () => {
  const added = await addedBy(async () => {
    const throwing = new Scope();
    throwing.defer(() => {
      throw new Error('mine');
    });
    await throwing.close().catch(() => {});
    const hanging = new Scope();
    hanging.defer(() => new Promise(() => {}), { timeout: 5 });
    await hanging.close().catch(() => {});
  });
  expect(added).toEqual({ ok: 0, error: 1, timeout: 1 });
});

test('what is given is a copy', () => {
  expect(Object.assign(scopeDisposals(), { ok: -1 })).toEqual({ ...scopeDisposals(), ok: -1 });
});
