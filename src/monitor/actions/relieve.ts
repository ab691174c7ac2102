import { invalidOption } from '../../base/options.ts';
import { formatBytes } from '../../base/units.ts';
import type { MonitorAction } from './action.ts';

/** What has memory to give back; a `LoadLine` fits. */
export interface Relievable {
  relieve(): { readonly bytes: number };
}

/**
 * Has caches give memory back, the least useful first.
 *
 * @throws {PLIM_ERR_OPTION_INVALID}
 */
export function shrinkCaches(relief: Relievable): MonitorAction {
  if (typeof relief !== 'object' || relief === null || typeof relief.relieve !== 'function') {
    throw invalidOption('relief', 'a `LoadLine`, or something else with `relieve`', relief);
  }
  return {
    name: 'shrinkCaches',
    cooldownMs: 10_000,
    run: () => {
      const { bytes } = relief.relieve();
      return { outcome: 'done', message: `Caches gave back ${formatBytes(bytes)}.` };
    },
  };
}
