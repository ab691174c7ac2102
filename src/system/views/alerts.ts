/** `alerts`: those that last and those of late, of the monitor and of every named cache. */
import { cacheHealth } from '../../cache/index.ts';
import { monitorOrLive, type MonitorLike } from '../parts.ts';
import { viewOf } from './part.ts';
import { alertView } from './stats.ts';

export function readAlerts(monitor: MonitorLike | undefined): object {
  return {
    monitor: viewOf(() => monitorOrLive(monitor)?.status().alerts ?? null),
    caches: viewOf(() => ({
      active: cacheHealth()
        .caches.filter(({ reasons }) => reasons.length > 0)
        .map(({ name, status, reasons }) => ({ cache: name, status, reasons })),
      recent: cacheHealth()
        .caches.flatMap(({ alerts }) => alerts)
        .sort((a, b) => a.at - b.at)
        .slice(-100)
        .map(alertView),
    })),
  };
}
