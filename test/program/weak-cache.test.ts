/** What a WeakCache lets go of: only a real collection can tell. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { bareNode, DIST } from '../helpers/program.ts';

test('lets go of what nobody holds, keeps what somebody does, and its table does not grow', async () => {
  const program = `
    import { WeakCache } from ${JSON.stringify(path.join(DIST, 'cache/index.js'))};
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const collect = async () => { for (let i = 0; i < 6; i++) { gc(); await turn(); } };
    const cache = new WeakCache();
    const held = { held: true };
    cache.set('held', held);
    const fill = (count, at) => { for (let i = 0; i < count; i++) cache.set(at + i, { i, filler: 'x'.repeat(100) }); };
    fill(1000, 'a');
    await collect();
    const afterCollection = cache.size;
    let largest = 0;
    for (let round = 0; round < 20; round++) {
      fill(500, 'b' + round + ':');
      await turn();
      gc();
      // Registries tell later: without another turn only the sweep keeps the table small.
      largest = Math.max(largest, cache.size);
      await turn();
    }
    await collect();
    // A key that was set again is not taken out when its first value is collected.
    cache.set('again', {});
    const second = {};
    cache.set('again', second);
    await collect();
    let other = new WeakCache();
    const gone = new WeakRef(other);
    other.set('held', held);
    other = undefined;
    await collect();
    console.log(JSON.stringify({
      afterCollection, largest, end: cache.size, held: cache.get('held') === held, again: cache.get('again') === second,
      isTableGone: gone.deref() === undefined,
    }));
  `;
  const ended = await bareNode(['--expose-gc', '--input-type=module', '--eval', program]);
  expect(ended.stderr).toBe('');
  const found = JSON.parse(ended.stdout.toString()) as Record<string, number>;
  expect(found).toMatchObject({ afterCollection: 1, end: 2, held: true, again: true, isTableGone: true });
  expect(found['largest']).toBeLessThan(3000);
});
