/** From suspects to a verdict on each: proven by its count, by its bytes, excused, or neither. Pure. */
import type { ReportedSuspect } from '../../diagnose/report/index.ts';
import type { IgnoredLeak, Leak } from './result.ts';

/** Whether a leak is excused, and why. */
export type Excuse = (leak: Leak) => { readonly because: IgnoredLeak['because']; readonly reason: string } | undefined;

export interface Accusation {
  readonly leaks: readonly Leak[];
  readonly ignored: readonly IgnoredLeak[];
}

export interface Confirmed {
  readonly calls: number;
  readonly rounds: number;
  /** What the floor gained meanwhile. */
  readonly bytes: number;
}

/** A count this near to a multiple of the calls is one; and this many things more or less, whatever the calls. */
const COUNT_SLACK = 0.02;
const COUNT_SLACK_THINGS = 2;
/** A suspect that holds this share of what was gained has no need of a count. */
const TELLING_SHARE = 0.3;

export function accuse(suspects: readonly ReportedSuspect[], confirmed: Confirmed, excuse: Excuse): Accusation {
  const leaks: Leak[] = [];
  const ignored: IgnoredLeak[] = [];
  for (const suspect of suspects) {
    const leak = leakOf(suspect, confirmed);
    if (leak.perCall === null && suspect.bytes < confirmed.bytes * TELLING_SHARE) continue;
    const excused = suspect.kind === 'leak' ? excuse(leak) : { because: 'filling' as const, reason: suspect.advice };
    if (excused === undefined) leaks.push(leak);
    else ignored.push({ leak, ...excused });
  }
  return { leaks, ignored };
}

function leakOf(suspect: ReportedSuspect, { calls, rounds }: Confirmed): Leak {
  const { sentence, advice, owner, holder, leaked, file, line, allocatedIn, count, bytes, fingerprint } = suspect;
  return {
    sentence,
    advice,
    path: belowTheCheck(suspect.path),
    owner,
    holder,
    leaked,
    file,
    line,
    allocatedIn,
    count,
    countPerRound: count / rounds,
    bytes,
    perCall: multipleOf(count, calls),
    fingerprint,
  };
}

/** Whoever holds the work, the check does too: a path that leads through it begins where the work's own variables do. */
function belowTheCheck(path: readonly string[]): readonly string[] {
  const at = path.findLastIndex((hop) => hop.startsWith('#work of Driver'));
  return at < 0 ? path : ['scope of the work', ...path.slice(at + 1)];
}

/** How many times `calls` go into `count`, when they do. */
export function multipleOf(count: number, calls: number): number | null {
  const times = Math.round(count / calls);
  if (times < 1) return null;
  return Math.abs(count - times * calls) <= COUNT_SLACK_THINGS + COUNT_SLACK * count ? times : null;
}
