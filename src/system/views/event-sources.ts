/** What the events are made of. */
import type { EventSources } from '../events/hub.ts';
import { monitorOrLive } from '../parts.ts';
import type { SystemSettings } from '../options.ts';
import { viewOf } from './part.ts';
import { readStats } from './stats.ts';

/** Caches in a sample: the largest. */
const MOST_CACHES = 200;

interface CacheRow {
  readonly stats: { readonly bytes?: number; readonly size: number };
  readonly alerts?: unknown;
}

export function eventSources(settings: SystemSettings): EventSources {
  const now = (): number => settings.clock.wallNow();
  return {
    sample: () => withFewerCaches(readStats(settings, now())),
    history: () => ({
      time: new Date(now()).toISOString(),
      series: viewOf(() => (settings.subject ?? monitorOrLive(settings.monitor))?.series?.() ?? null),
    }),
    onAlert: (tell) => {
      // Alerts of this process are none of the other's.
      if (settings.subject !== undefined) return () => {};
      const unsubscribe = viewOf(() => monitorOrLive(settings.monitor)?.on?.('alert', tell));
      return typeof unsubscribe === 'function' ? unsubscribe : () => {};
    },
  };
}

/** A sample goes out every few seconds: without the lists of alerts, and with the largest caches only. */
function withFewerCaches(stats: { readonly caches?: object }): object {
  if (stats.caches === undefined) return stats;
  const { caches: rows = [], ...report } = stats.caches as { readonly caches?: readonly CacheRow[] };
  const largest = [...rows].sort((a, b) => sizeOfRow(b) - sizeOfRow(a)).slice(0, MOST_CACHES);
  const caches = largest.map(({ alerts: _alerts, ...row }) => row);
  return { ...stats, caches: { ...report, caches, left: rows.length - caches.length } };
}

function sizeOfRow({ stats }: CacheRow): number {
  return stats.bytes ?? stats.size;
}
