import type { LoadFigures } from './figures.ts';

/** How much a request matters: `low` is refused first, `high` last, `exempt` never. */
export type Priority = 'low' | 'normal' | 'high' | 'exempt';

/** Figures that load can be shed by. */
export const SHED_SIGNALS = ['heap', 'container', 'pressure', 'loopDelay', 'utilization'] as const;

export type ShedSignal = (typeof SHED_SIGNALS)[number];

/** Below `from` nothing is refused, at `to` everything of normal priority. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
}

/** How far up the ramps the figures are. */
export interface Load {
  /** 0 to 1. */
  readonly share: number;
  /** The figure that is farthest up; `null` when none is on its ramp. */
  readonly reason: ShedSignal | null;
}

/** The farthest that a figure is up its ramp. Pure. */
export function loadOf(figures: LoadFigures, ramps: Readonly<Partial<Record<ShedSignal, Ramp>>>): Load {
  let share = 0;
  let reason: ShedSignal | null = null;
  for (const signal of SHED_SIGNALS) {
    const [ramp, value] = [ramps[signal], figures[signal]];
    if (ramp === undefined || value === null) continue;
    const way = Math.min(1, (value - ramp.from) / (ramp.to - ramp.from));
    if (way <= share) continue;
    share = way;
    reason = signal;
  }
  return { share, reason };
}

/** The chance that a request of a priority is refused: the lower ones go on the first half of the ramp, the higher ones on the second. */
export function chanceOf(share: number, priority: Priority): number {
  if (priority === 'exempt') return 0;
  if (priority === 'low') return Math.min(1, share * 2);
  return priority === 'high' ? Math.max(0, share * 2 - 1) : share;
}
