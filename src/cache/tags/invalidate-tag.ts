import type { CacheCore } from '../core/cache-core.ts';

/** Entries taken out by the call itself; beyond that they are dead at once, and are taken out in pieces. */
const MOST_AT_ONCE = 1000;

/**
 * Has no entry with `tag` here any more; returns how many there were. Exact where the call takes them out itself; of the
 * others, those are counted too whose time was up or that another tag had taken along.
 */
export function invalidateTag<K, V>(core: CacheCore<K, V>, tag: string, mostAtOnce: number = MOST_AT_ONCE): number {
  const { flights, tags, store } = core;
  flights?.tagOvertaken(tag, (key) => {
    const slot = store.find(key, store.keyHash.of(key));
    return slot !== 0 && tags !== undefined && tags.of(slot).includes(tag);
  });
  const ring = tags?.cutOff(tag) ?? 0;
  if (tags === undefined || ring === 0) return 0;
  let invalidated = 0;
  for (let left = mostAtOnce, slot = tags.firstIn(ring); left > 0 && slot !== 0; left--, slot = tags.firstIn(ring)) {
    const isDue = core.endOf(slot) === 'expired';
    if (!isDue && !tags.isDead(slot, ring)) invalidated++;
    core.remove(slot, isDue ? 'expired' : 'invalidated');
  }
  invalidated += tags.countIn(ring);
  if (tags.nextDead() !== 0) core.sweepDead();
  core.deliver();
  return invalidated;
}
