import type { CacheCore } from '../core/cache-core.ts';

/** Takes out the entries with `tag`; returns how many there were whose time was not up. */
export function invalidateTag<K, V>(core: CacheCore<K, V>, tag: string): number {
  const { flights, tags, store } = core;
  let invalidated = 0;
  flights?.tagOvertaken(tag);
  for (const slot of tags?.slotsOf(tag) ?? []) {
    const isDue = core.isDue(slot);
    if (!isDue) invalidated++;
    flights?.overtaken(store.slots.keyAt(slot));
    core.remove(slot, isDue ? 'expired' : 'invalidated');
  }
  core.deliver();
  return invalidated;
}
