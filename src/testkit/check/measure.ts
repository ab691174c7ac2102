/**
 * `measureLeak`: equal rounds of work, a floor after each; where the floors rise, more work; where it goes on rising,
 * two heap snapshots around some more, which name who holds what.
 *
 * Most checks end after the rounds, without a snapshot. References: goleak (retries before it accuses), fuite (a prime
 * number of rounds, counts in multiples of them).
 */
import { formatBytes, formatCount } from '../../base/units.ts';
import { addToBaseline, readBaseline, today } from '../../diagnose/report/index.ts';
import { excuseBy } from '../accepted/excuse.ts';
import { confirm, type Confirmation } from './confirm.ts';
import { Driver, type Work } from './driver.ts';
import { type Heap, systemHeap } from './heap.ts';
import { type LeakOptions, resolveOptions, type Settings } from './options.ts';
import { inTurn } from './queue.ts';
import type { LeakResult } from './result.ts';
import { goOn, measureRounds, type Onward, warmUp } from './rounds.ts';
import { growthOf, readRounds, type RoundTrend } from './trend.ts';

/**
 * Whether `work` keeps memory from call to call, as data.
 *
 * **Cost:** for a fast function 0.1-0.5 s, most of it collections; with a suspicion two heap snapshots more, 0.3 s of CPU each
 * per 4 MiB of heap. Checks of one thread wait for each other.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`, `PLIM_ERR_OPTION_UNKNOWN`
 * @throws {LeakError} `PLIM_ERR_LEAK_COLLECTOR`, `PLIM_ERR_LEAK_BASELINE`
 * @throws whatever `work` throws
 */
export async function measureLeak(work: Work, options: LeakOptions = {}): Promise<LeakResult> {
  return measureWith(work, resolveOptions(work, options), systemHeap);
}

export async function measureWith(work: Work, settings: Settings, heap: Heap): Promise<LeakResult> {
  const result = await inTurn(() => check(new Driver(work), settings, heap));
  settings.onResult?.(result);
  return result;
}

async function check(driver: Driver, settings: Settings, heap: Heap): Promise<LeakResult> {
  // Before the work: a file that cannot be used is told of at once.
  const accepted = settings.baseline === null ? [] : readBaseline(settings.baseline);
  const started = heap.now();
  const iterations = await warmUp(driver, heap, settings);
  const floors = await measureRounds(driver, heap, settings.rounds, iterations);
  const trend = readRounds(floors, iterations, settings.tolerance);
  const verdict = await judge(driver, settings, heap, trend, accepted);
  return {
    name: settings.name,
    leaks: [],
    ignored: [],
    evidence: 'growth',
    ...verdict,
    growth: growthOf(floors),
    medianGrowth: trend.median,
    scatter: trend.scatter,
    bytesPerCall: trend.median / iterations,
    iterations,
    calls: driver.calls,
    durationMs: heap.now() - started,
  };
}

/** Growth that nobody can be named for must be plain to see, bytes per call. */
const UNNAMED_RATE = 512;
const RATE_SLACK = 2.5;

type Verdict = Pick<LeakResult, 'verdict' | 'reason'> & Partial<Pick<LeakResult, 'leaks' | 'ignored' | 'evidence'>>;

async function judge(
  driver: Driver,
  settings: Settings,
  heap: Heap,
  trend: RoundTrend,
  accepted: Parameters<typeof excuseBy>[0]['accepted'],
): Promise<Verdict> {
  if (trend.word === 'quiet') return { verdict: 'pass', reason: `No growth: ${trendText(trend, settings)}.` };
  const onward = await goOn(driver, heap, settings, trend);
  if (onward.word === 'stopped') {
    return {
      verdict: 'pass',
      reason: `It grew and stopped within ${formatCount(driver.calls)} calls: ${trendText(trend, settings)}.`,
    };
  }
  if (settings.snapshots === 'never') return byGrowth(onward, trend, settings);
  const excuse = excuseBy({ accepted, known: settings.known, day: today() });
  const confirmation = await confirm(driver, heap, settings, { onward, isLumpy: trend.word === 'lumpy', excuse });
  return byConfirmation(confirmation, onward, trend, settings);
}

/** Growth is all there is to go by. */
function byGrowth(onward: Onward, trend: RoundTrend, settings: Settings): Verdict {
  const isUnstable = onward.word === 'scattered' || !isAbout(onward.rate, trend.rate);
  const text = `${trendText(trend, settings)}, and ${formatBytes(onward.rate)} a call after that`;
  return isUnstable
    ? { verdict: 'unstable', reason: `It grew unevenly: ${text}.` }
    : { verdict: 'fail', reason: `It grew, and went on: ${text}.` };
}

function byConfirmation(found: Confirmation, onward: Onward, trend: RoundTrend, settings: Settings): Verdict {
  const { leaks, ignored, evidence } = found;
  const text = trendText(trend, settings);
  if (leaks.length > 0) {
    if (settings.updateBaseline) {
      addToBaseline(settings.baseline!, leaks, today());
      const accepted = leaks.map((leak) => ({
        leak,
        because: 'baseline' as const,
        reason: `It was accepted on ${today()}.`,
      }));
      return { verdict: 'pass', reason: `Accepted: ${text}.`, ignored: [...ignored, ...accepted], evidence };
    }
    return { verdict: 'fail', reason: `It grew with every call, and went on: ${text}.`, leaks, ignored, evidence };
  }
  if (found.problem !== null) return { verdict: 'unstable', reason: `It grew (${text}). ${found.problem}` };
  if (found.isExcused) return { verdict: 'pass', reason: `What grew is ignored: ${text}.`, ignored, evidence };
  if (found.isPlain && onward.rate >= UNNAMED_RATE && isAbout(found.rate, onward.rate)) {
    return {
      verdict: 'fail',
      reason: `It grew, and went on, but nobody could be named who holds it: ${text}.`,
      ignored,
      evidence,
    };
  }
  return { verdict: 'unstable', reason: `It grew, but nothing piles up with the calls: ${text}.`, ignored, evidence };
}

/** Rates of growth that agree, as those of a leak do. */
function isAbout(rate: number, other: number): boolean {
  return rate > other / RATE_SLACK && rate < other * RATE_SLACK;
}

function trendText(trend: RoundTrend, { rounds }: Settings): string {
  return `median ${formatBytes(trend.median)} a round, ${formatBytes(trend.total)} in ${rounds} rounds`;
}
