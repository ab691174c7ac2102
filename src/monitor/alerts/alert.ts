import type { Alert } from '../../base/alert.ts';

/** What became of an alert: it is new, its level or figure has changed, it still lasts, it is over. */
export type AlertState = 'fired' | 'updated' | 'repeated' | 'resolved';

/** Something about the program's memory that its owner should know. */
export interface MonitorAlert extends Alert {
  /** Which rule has raised it: `heap`, `growth`, `budget:sessions`, ... */
  readonly rule: string;
  readonly state: AlertState;
  /** The monitor's name. */
  readonly monitor: string;
  /** When it was raised first, ms since 1970. */
  readonly since: number;
  /** The figure that has raised it, and the bound that it is past; in the rule's unit. */
  readonly value: number;
  readonly threshold: number;
  /** Until the nearest limit at the present rate of growth, ms; `null` when nothing grows towards one. */
  readonly timeToLimitMs: number | null;
  /** How often it was not told of since the last time, because it still lasted. */
  readonly suppressed: number;
}
