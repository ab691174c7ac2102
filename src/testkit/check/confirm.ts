/** Confirms a suspicion: by two heap snapshots, or by counts of live objects where the runtime has no snapshots. */
import { countLiveObjects } from '../../runtime/index.ts';
import type { ReportedSuspect } from '../../diagnose/report/index.ts';
import { type Accusation, accuse, type Confirmed, type Excuse } from './accuse.ts';
import { suspectsByCount } from './counts.ts';
import type { Driver } from './driver.ts';
import { type Evidence, failureText, gatherEvidence, whyNoSnapshot } from './evidence.ts';
import { collectAll, type Heap } from './heap.ts';
import type { Settings } from './options.ts';
import { CONFIRM_ROUNDS, planConfirmation } from './plan.ts';
import type { LeakResult } from './result.ts';
import type { Onward } from './rounds.ts';
import { limitOf } from './trend.ts';

export interface Confirmation extends Accusation {
  readonly evidence: LeakResult['evidence'];
  /** Why there is no evidence; `null` when there is. */
  readonly problem: string | null;
  /** Whether what is ignored makes up the growth. */
  readonly isExcused: boolean;
  /** Whether the program's data grew, whoever holds it. */
  readonly isPlain: boolean;
  /** Bytes that each call added to the floor meanwhile. */
  readonly rate: number;
}

export interface Suspicion {
  readonly onward: Onward;
  readonly isLumpy: boolean;
  readonly excuse: Excuse;
}

const NOTHING = { leaks: [], ignored: [], isExcused: false, isPlain: false, rate: 0 } as const;
/** Of the growth, what must be ignored to excuse it, or be data to be plain. */
const MOSTLY = 0.5;
/** Suspects below this share of what is expected are not listed. */
const LEAST_SHARE = 0.05;
const LEAST_BYTES = 16 * 1024;

export async function confirm(
  driver: Driver,
  heap: Heap,
  settings: Settings,
  { onward, isLumpy, excuse }: Suspicion,
): Promise<Confirmation> {
  const { callMs, rate } = onward;
  const { iterations } = planConfirmation({ callsSoFar: driver.calls, callMs, rate, isLumpy });
  const calls = iterations * CONFIRM_ROUNDS;
  let bytes = 0;
  const work = async (): Promise<void> => {
    const before = await heap.floor();
    driver.showWork();
    for (let round = 0; round < CONFIRM_ROUNDS; round++) await driver.run(iterations);
    await heap.wait(settings.settleMs / CONFIRM_ROUNDS);
    bytes = (await heap.floor()) - before;
  };
  const gathered =
    countLiveObjects() === null
      ? await bySnapshots(work, settings, rate * calls)
      : await byCounts(work, { name: settings.name, calls, rounds: CONFIRM_ROUNDS });
  if ('problem' in gathered) return { ...NOTHING, evidence: 'growth', problem: gathered.problem };
  const confirmed: Confirmed = { calls, rounds: CONFIRM_ROUNDS, bytes };
  const { leaks, ignored } = accuse(gathered.suspects, confirmed, excuse);
  const excused = ignored.reduce((sum, { leak }) => sum + leak.bytes, 0);
  const limit = limitOf(calls, settings.tolerance);
  return {
    leaks,
    ignored,
    evidence: gathered.evidence,
    problem: null,
    isExcused: excused >= bytes * MOSTLY || (ignored.length > 0 && bytes - excused <= limit),
    isPlain: bytes > limit && gathered.bytes >= bytes * MOSTLY,
    rate: bytes / calls,
  };
}

type Gathered = (Evidence & { readonly evidence: LeakResult['evidence'] }) | { readonly problem: string };

async function bySnapshots(work: () => Promise<void>, settings: Settings, expectedBytes: number): Promise<Gathered> {
  const refused = whyNoSnapshot(settings.maxPauseMs);
  if (refused !== null) return { problem: `The heap snapshots that would confirm it were not taken: ${refused}` };
  let thrown: { readonly error: unknown } | undefined;
  const guarded = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      thrown = { error };
      throw error;
    }
  };
  try {
    const leastBytes = Math.min(LEAST_BYTES, expectedBytes * LEAST_SHARE);
    const found = await gatherEvidence(guarded, {
      rounds: CONFIRM_ROUNDS,
      leastBytes,
      maxPauseMs: settings.maxPauseMs,
    });
    return { ...found, evidence: 'snapshots' };
  } catch (error) {
    // The work's own error is the caller's; one of ours must not fail their test.
    if (thrown !== undefined) throw thrown.error;
    return { problem: failureText(error) };
  }
}

async function byCounts(work: () => Promise<void>, of: Parameters<typeof suspectsByCount>[2]): Promise<Gathered> {
  await collectAll();
  const before = countLiveObjects()!;
  await work();
  const suspects: readonly ReportedSuspect[] = suspectsByCount(before, countLiveObjects()!, of);
  return { suspects, bytes: Number.POSITIVE_INFINITY, evidence: 'counts' };
}
