/**
 * What a process holds of the operating system and does not let go: descriptors, threads, handles by kind. None of it
 * shows in the heap, and it ends a process as surely (EMFILE, EAGAIN), so each has a series of its own.
 */
import { median } from '../../base/stats.ts';
import type { Resources } from '../wire.ts';

/** Open things of a process, counted from outside. */
export interface OpenCounts {
  /** Ms since the thread's start. */
  readonly at: number;
  readonly descriptors: number;
  readonly threads: number;
}

/** What was open at the end of one round of a load. */
export interface OpenRound {
  readonly warmup: boolean;
  readonly at: number;
  readonly open?: Readonly<Record<string, number>>;
}

/** Something of which more and more is open. */
export interface OpenGrowth {
  /** `descriptors`, `threads`, or a kind of handle as Node.js calls it: `TCPSocketWrap`, `Timeout`. */
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly perMinute: number;
  /** What to do about it. */
  readonly advice: string;
}

interface Count {
  readonly at: number;
  readonly value: number;
}

const WARM_UP = 0.25;
const FEWEST = 6;
/** The last third must be above the middle one, and that above the first, by so many and such a share in all. */
const LEAST_GROWTH = 20;
const LEAST_SHARE = 0.25;

const ADVICE: ReadonlyMap<string, string> = new Map([
  [
    'descriptors',
    'Something that is opened is not closed (files, sockets, watchers, pipes of child processes): `ls -l /proc/PID/fd` shows which. `scope.file`, `scope.stream` and `scope.watcher` of plimsoll/scope close them on every way out.',
  ],
  [
    'threads',
    'Threads are started and not ended: end each Worker with terminate(), or let plimsoll/scope do it (`scope.worker(worker)`); a pool needs an upper bound.',
  ],
  [
    'Timeout',
    'Timers are made and not cleared: `scope.setTimeout(run, ms)` of plimsoll/scope clears them with their scope.',
  ],
  [
    'ProcessWrap',
    'Child processes do not end: kill them, or own them (`scope.childProcess(child)` of plimsoll/scope).',
  ],
  ['MessagePort', 'Ports stay open: close() either end of a MessageChannel when the work is done.'],
]);
const OTHER_ADVICE = 'Close each when its work ends, on every way out; a Scope of plimsoll/scope ends what it owns.';

/** What grew, most first; empty when nothing did. */
export function judgeOpen(counts: readonly OpenCounts[], resources: readonly Resources[]): OpenGrowth[] {
  const kinds = new Set(resources.flatMap((each) => Object.keys(each.counts)));
  const series: [kind: string, points: Count[]][] = [
    ['descriptors', counts.map(({ at, descriptors }) => ({ at, value: descriptors }))],
    ['threads', counts.map(({ at, threads }) => ({ at, value: threads }))],
    ...[...kinds].map((kind): [string, Count[]] => [
      kind,
      resources.map((each) => ({ at: each.at, value: each.counts[kind] ?? 0 })),
    ]),
  ];
  return series.flatMap(([kind, points]) => growthOf(kind, points)).sort((a, b) => b.to - b.from - (a.to - a.from));
}

/**
 * What grew with the rounds of a load, most first: it rose in all measured rounds but one, by one a round or more, and was
 * still rising at the end. Between rounds nothing is under way, so little is needed.
 */
export function judgeOpenByRounds(rounds: readonly OpenRound[]): OpenGrowth[] {
  const judged = rounds.slice(
    Math.max(
      0,
      rounds.findLastIndex((round) => round.warmup),
    ),
  );
  const kinds = new Set(judged.flatMap(({ open = {} }) => Object.keys(open)));
  return [...kinds]
    .flatMap((kind) =>
      growthByRounds(
        kind,
        judged.map(({ at, open }) => ({ at, value: open?.[kind] ?? 0 })),
      ),
    )
    .sort((a, b) => b.to - b.from - (a.to - a.from));
}

function growthByRounds(kind: string, points: readonly Count[]): OpenGrowth[] {
  const steps = points.slice(1).map(({ value }, at) => value - points[at]!.value);
  const [from, to] = [points[0], points.at(-1)];
  if (from === undefined || to === undefined) return [];
  const rises = steps.filter((step) => step > 0).length;
  const isRising = rises >= steps.length - 1 && steps.slice(-2).some((step) => step > 0);
  return isRising && to.value - from.value >= steps.length && steps.length > 1 ? [openGrowth(kind, from, to)] : [];
}

function growthOf(kind: string, points: readonly Count[]): OpenGrowth[] {
  const judged = afterWarmUp(points);
  if (judged.length < FEWEST) return [];
  const third = Math.floor(judged.length / 3);
  const [first, middle, last] = [judged.slice(0, third), judged.slice(third, -third), judged.slice(-third)].map(
    (part) => median(part.map(({ value }) => value)),
  ) as [number, number, number];
  const gain = last - first;
  const isSteady = middle - first > gain * LEAST_SHARE && last - middle > gain * LEAST_SHARE;
  if (gain < Math.max(LEAST_GROWTH, first * LEAST_SHARE) || !isSteady) return [];
  return [openGrowth(kind, judged[0]!, judged.at(-1)!)];
}

function openGrowth(kind: string, from: Count, to: Count): OpenGrowth {
  const minutes = (to.at - from.at) / 60_000;
  return {
    kind,
    from: from.value,
    to: to.value,
    perMinute: minutes > 0 ? (to.value - from.value) / minutes : 0,
    advice: ADVICE.get(kind) ?? OTHER_ADVICE,
  };
}

function afterWarmUp(points: readonly Count[]): readonly Count[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  return points.filter((point) => point.at >= first.at + (last.at - first.at) * WARM_UP);
}
