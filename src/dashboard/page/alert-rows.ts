/** The alerts that are listed. */
import { type Level, level, list, moment, pick, text } from './wire.ts';

export interface AlertRow {
  readonly level: Level;
  readonly isActive: boolean;
  readonly at: number | null;
  readonly from: string;
  readonly message: string;
}

/** What lasts, then the newest of what was; each once. */
export function alertsOf(sample: unknown, answer: unknown): AlertRow[] {
  const monitor = pick(sample, 'monitor', 'alerts') ?? pick(answer, 'monitor');
  const active = list(monitor, 'active').map((alert) => rowOf(alert, true));
  const isOver = (alert: unknown): boolean => text(alert, 'state') === 'resolved';
  const recent = [
    ...list(monitor, 'recent').filter((alert) => !isOver(alert)),
    ...list(answer, 'caches', 'recent'),
  ].map((alert) => rowOf(alert, false));
  const known = new Set(active.map(keyOf));
  return [...active, ...recent.filter((row) => !known.has(keyOf(row))).sort((a, b) => (b.at ?? 0) - (a.at ?? 0))];
}

function keyOf({ from, at }: AlertRow): string {
  return `${from} ${at}`;
}

function rowOf(alert: unknown, isActive: boolean): AlertRow {
  const cache = text(alert, 'cache');
  return {
    level: level(alert, 'level') ?? 'warning',
    isActive,
    at: moment(alert, 'at'),
    from: cache === null ? (text(alert, 'rule') ?? 'monitor') : `cache ${cache}`,
    message: text(alert, 'message') ?? '',
  };
}
