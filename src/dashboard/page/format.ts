/** Figures as people read them. What is not known is a dash, never 0. */
import { formatBytes, formatCount, formatDuration } from '../../base/units.ts';

/** What stands for a figure that nobody can give. */
export const ABSENT = '–';

function orAbsent(format: (value: number) => string): (value: number | null) => string {
  return (value) => (value === null || !Number.isFinite(value) ? ABSENT : format(value));
}

export const bytesText: (bytes: number | null) => string = orAbsent(formatBytes);
export const countText: (count: number | null) => string = orAbsent(formatCount);
export const durationText: (ms: number | null) => string = orAbsent(formatDuration);

/** A share, 0 to 1, as `0.3 %`, `12 %`. */
export const shareText: (share: number | null) => string = orAbsent((share) => {
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  return percent === 0 || percent >= 9.95 ? `${Math.round(percent)} %` : `${percent.toFixed(1)} %`;
});

/** Ms of a delay, which may be far below one. */
export const delayText: (ms: number | null) => string = orAbsent((ms) =>
  ms < 10 ? `${ms.toFixed(1)} ms` : formatDuration(ms),
);

/** Bytes per minute with their sign: `+1.2 MiB/min`. */
export const rateText: (bytesPerMinute: number | null) => string = orAbsent(
  (rate) => `${rate < 0 ? '' : '+'}${formatBytes(rate)}/min`,
);

/** How long something is off, in the one or two units that matter from afar: `3 d`, `5 h 10 min`, `under a minute`. */
export const timeLeftText: (ms: number | null) => string = orAbsent((ms) => {
  if (ms < 60_000) return 'under a minute';
  if (ms < 48 * 3_600_000) return formatDuration(ms < 3_600_000 ? Math.floor(ms / 60_000) * 60_000 : ms);
  const days = ms / 86_400_000;
  return days > 365 ? 'more than a year' : `${Math.floor(days)} d`;
});

/** A moment of this day as `14:03:59`, of another as `Nov 28, 14:03`. */
export function momentText(at: number | null, now: number): string {
  if (at === null || !Number.isFinite(at)) return ABSENT;
  const [date, today] = [new Date(at), new Date(now)];
  if (Number.isNaN(date.getTime())) return ABSENT;
  if (date.toDateString() === today.toDateString()) return clockText(date, true);
  return `${MONTHS[date.getMonth()]!} ${date.getDate()}, ${clockText(date, false)}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time of day, local. */
export function clockText(date: Date, hasSeconds: boolean): string {
  const parts = [date.getHours(), date.getMinutes(), ...(hasSeconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** `1 entry`, `2 entries`. */
export function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
