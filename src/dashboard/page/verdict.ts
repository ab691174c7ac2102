/** The line at the top: how it is, why, and how long there is. */
import { countOf, rateText } from './format.ts';
import { type Level, level, list, number, pick, text, unavailable } from './wire.ts';

export interface VerdictLine {
  /** `null` where nobody judges. */
  readonly level: Level | null;
  /** One or two words. */
  readonly word: string;
  readonly reason: string;
  /** Until the nearest limit at the present rate, ms; `null` when nothing grows towards one. */
  readonly timeToLimitMs: number | null;
  /** How the floor grows, or why that is not known. */
  readonly growth: string;
}

const WORDS: Readonly<Record<Level, string>> = { ok: 'OK', warning: 'Warning', critical: 'Critical' };

/** The verdict on a sample. */
export function verdictOf(sample: unknown): VerdictLine {
  const monitor = pick(sample, 'monitor');
  const failed = unavailable(monitor);
  if (failed !== null) return unjudged(`The monitor cannot be asked: ${failed}`);
  if (typeof monitor !== 'object' || monitor === null) {
    return unjudged('No monitor runs in this process. `new Monitor().start()` of plimsoll/monitor gives it one.');
  }
  const judged = level(monitor, 'level');
  const worst = worstAlert(monitor);
  return {
    level: judged,
    word: text(monitor, 'word') ?? (judged === null ? 'No verdict yet' : WORDS[judged]),
    reason: worst ?? text(monitor, 'trend', 'reason') ?? tooEarly(monitor),
    timeToLimitMs: timeToLimit(monitor),
    growth: growthOf(monitor),
  };
}

function unjudged(reason: string): VerdictLine {
  return { level: null, word: 'No verdict', reason, timeToLimitMs: null, growth: '' };
}

function worstAlert(monitor: unknown): string | null {
  const active = list(monitor, 'alerts', 'active');
  const worst = active.find((alert) => level(alert, 'level') === 'critical') ?? active[0];
  const message = text(worst, 'message');
  const more = active.length - 1;
  return message === null || more === 0
    ? message
    : `${message} ${countOf(more, 'more alert lasts', 'more alerts last')}.`;
}

function tooEarly(monitor: unknown): string {
  const floors = number(monitor, 'trend', 'floors');
  return floors === null
    ? 'Nothing is past a bound; no heap floor was seen yet.'
    : `Nothing is past a bound; ${countOf(floors, 'heap floor', 'heap floors')} seen.`;
}

function timeToLimit(monitor: unknown): number | null {
  const times = [
    number(monitor, 'trend', 'timeToLimitMs'),
    ...list(monitor, 'alerts', 'active').map((alert) => number(alert, 'timeToLimitMs')),
  ].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

function growthOf(monitor: unknown): string {
  const rate = number(monitor, 'trend', 'bytesPerMinute') ?? number(monitor, 'trend', 'recentBytesPerMinute');
  if (rate !== null) return `floor ${rateText(rate)}`;
  return 'floor trend not known yet';
}
