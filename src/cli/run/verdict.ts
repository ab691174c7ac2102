/** From all that was watched to one report. */
import { formatBytes } from '../../base/units.ts';
import type { Warning } from '../../base/warnings.ts';
import type { Evidence } from '../../diagnose/evidence.ts';
import type { LeakReport } from '../../diagnose/report.ts';
import { packageVersion } from '../version.ts';
import { judgeEvidence } from './judge-evidence.ts';
import type { Narrator } from './narrator.ts';
import type { Program } from './program.ts';
import { nowMs, type Watch } from './watch.ts';
import type { WatchedThread } from './watched-thread.ts';

export interface Judgement {
  readonly report: LeakReport;
  /** What the reader should know beside the report: which process it is of, what the others did. */
  readonly notes: readonly string[];
  /** Whether the evidence could not be judged. */
  readonly hasFailed: boolean;
}

/** Makes the report over the thread that grew most; of a program that was never watched it says so. */
export async function makeJudgement(
  program: Program,
  pid: number,
  watch: Watch,
  narrator: Narrator,
): Promise<Judgement> {
  const threads = byGrowth(watch.threads);
  const [judged, ...others] = threads;
  if (judged === undefined) {
    const argv = [program.command, ...program.args];
    const report = unwatchedReport(pid, argv, whyUnwatched(watch), watch.warnings);
    return { report, notes: [], hasFailed: false };
  }
  const unmeasured = others.filter(isUnmeasured);
  for (const thread of unmeasured) watch.warn('PLIM_WARN_WATCH_LOST', unmeasuredText(thread));
  const evidence = judged.toEvidence(watch.warnings);
  const sinceMs = nowMs();
  const outcome = await judgeEvidence(evidence, (done, total) => narrator.reading(done, total, sinceMs));
  const notes = others.length === 0 ? [] : notesOn(judged, others);
  if ('report' in outcome) {
    const { report } = outcome;
    return { report: unmeasured.length === 0 ? report : withDoubt(report, unmeasured), notes, hasFailed: false };
  }
  const explanation = `The evidence could not be judged: ${outcome.failure}`;
  return { report: bareReport(evidence, explanation), notes, hasFailed: true };
}

/** Grown most first; of equals the one with more floors, then the one that came first. */
function byGrowth(threads: readonly WatchedThread[]): WatchedThread[] {
  return [...threads].sort((a, b) => b.growth - a.growth || b.floors.length - a.floors.length);
}

function notesOn(judged: WatchedThread, others: readonly WatchedThread[]): string[] {
  return [
    `${others.length + 1} processes or threads were watched; the verdict is of process ${judged.name}, which grew most.`,
    ...others.map((thread) => `  process ${thread.name}: ${growthText(thread)}, ${scriptOf(thread)}`),
  ];
}

function growthText(thread: WatchedThread): string {
  if (thread.floors.length === 0) return 'not measured';
  return `${thread.growth < 0 ? '' : '+'}${formatBytes(thread.growth)}`;
}

/** What could not be looked at cannot be said to be sound. */
function withDoubt(report: LeakReport, unmeasured: readonly WatchedThread[]): LeakReport {
  if (report.verdict !== 'none') return report;
  const blocked = unmeasured.map((thread) => `process ${thread.name}`).join(' and ');
  const explanation = `${report.explanation} But ${blocked} was blocked all the time and could not be watched.`;
  return { ...report, verdict: 'unclear', explanation };
}

/** Shorter lives than this may well pass without a floor, ms. */
const LONG_LIFE_MS = 3_000;

/** A thread that blocks (waits on memory it shares, computes without an end) gives nobody a turn to look. */
function isUnmeasured(thread: WatchedThread): boolean {
  return thread.floors.length === 0 && thread.ageAt(nowMs()) > LONG_LIFE_MS;
}

function unmeasuredText(thread: WatchedThread): string {
  return `Process ${thread.name} never came back to its event loop: nothing is known of its memory.`;
}

function scriptOf(thread: WatchedThread): string {
  return thread.hello.argv.slice(1).join(' ') || 'no script';
}

function whyUnwatched(watch: Watch): string {
  const launcher = watch.launchers[0]?.hello.launcher;
  if (launcher !== undefined && launcher !== null) {
    return `Only ${launcher} was seen, which starts programs: no Node.js program that it started took up the watch.`;
  }
  return 'No Node.js process took up the watch: the program is not Node.js, or does not pass NODE_OPTIONS on.';
}

function unwatchedReport(
  pid: number,
  argv: readonly string[],
  explanation: string,
  warnings: readonly Warning[],
): LeakReport {
  return {
    verdict: 'unclear',
    explanation,
    suspects: [],
    allocationSites: [],
    growthBytes: 0,
    bytesPerMinute: 0,
    series: [],
    environment: {
      plimsoll: packageVersion(),
      node: process.version,
      platform: process.platform,
      arch: process.arch,
      pid,
      threadId: 0,
      argv,
      cwd: process.cwd(),
      heapLimitBytes: 0,
      memoryLimitBytes: null,
      watchedMs: 0,
      floors: 0,
      askedCollections: 0,
      snapshots: [],
      rounds: 0,
    },
    warnings,
  };
}

/** What can be said without a verdict: the figures. */
function bareReport(evidence: Evidence, explanation: string): LeakReport {
  const { process: hello, floors } = evidence;
  const report = unwatchedReport(hello.pid, hello.argv, explanation, evidence.warnings);
  return {
    ...report,
    series: floors.map(({ at, heapUsed, external, arrayBuffers, rss, asked }) => ({
      at,
      heapUsed,
      external,
      arrayBuffers,
      rss,
      asked,
    })),
    environment: {
      ...report.environment,
      node: hello.node,
      threadId: hello.threadId,
      cwd: hello.cwd,
      heapLimitBytes: hello.heapLimitBytes,
      memoryLimitBytes: hello.memoryLimitBytes,
      watchedMs: evidence.endedAt,
      floors: floors.length,
      askedCollections: floors.filter((floor) => floor.asked).length,
      snapshots: evidence.shots.map(({ at, fileBytes, pauseMs }) => ({ at, bytes: fileBytes, pauseMs })),
      rounds: evidence.rounds.length,
    },
  };
}
