import type { Level } from '../../base/alert.ts';
import type { WarningCode } from '../../base/warnings.ts';

/** What a rule says about the figures of one moment. */
export interface Verdict {
  /** The rule; for a budget with its name. */
  readonly rule: string;
  readonly code: WarningCode;
  readonly level: Level;
  readonly value: number;
  /** The bound of `level`, or of a warning when all is well. */
  readonly threshold: number;
  readonly message: string;
  readonly timeToLimitMs: number | null;
  /** Number of the reading that it goes by: what was not read anew agrees with nothing. */
  readonly reading: number;
}

/** Two bounds on a figure that is worse the higher it is. */
export interface Bounds {
  readonly warning: number;
  readonly critical: number;
}

/** A band is no wider than this share of the lower bound. */
const WIDEST_BAND = 0.1;

/** How far a figure must fall below a bound before it counts as below: so that it does not leave and enter all the time. */
export function bandOf({ warning, critical }: Bounds): number {
  const most = warning * WIDEST_BAND;
  return critical > warning ? Math.min(critical - warning, most) : most;
}

/** The level of a figure that has had the level `current` so far. */
export function levelOf(value: number, bounds: Bounds, current: Level): Level {
  const band = bandOf(bounds);
  if (value >= bounds.critical - (current === 'critical' ? band : 0)) return 'critical';
  return value >= bounds.warning - (current === 'ok' ? 0 : band) ? 'warning' : 'ok';
}

/** The bound that belongs to a level. */
export function boundOf(level: Level, { warning, critical }: Bounds): number {
  return level === 'critical' ? critical : warning;
}

const RANKS: Readonly<Record<Level, number>> = { ok: 0, warning: 1, critical: 2 };

/** `ok` is 0, `critical` 2. */
export function rankOf(level: Level): number {
  return RANKS[level];
}

/** The worst of some levels. */
export function worstOf(levels: Iterable<Level>): Level {
  let worst: Level = 'ok';
  for (const level of levels) if (rankOf(level) > rankOf(worst)) worst = level;
  return worst;
}
