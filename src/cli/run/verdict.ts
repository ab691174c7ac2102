/** From all that was watched to one report. */
import type { Warning } from '../../base/warnings.ts';
import type { Evidence } from '../../diagnose/verdict/index.ts';
import { type LeakReport, type ReportedProcess, shownArguments } from '../../diagnose/report/index.ts';
import { packageVersion } from '../version.ts';
import { deathOf, type DirectEnd } from './death.ts';
import { judgeEvidence } from './judge-evidence.ts';
import type { ShownParts } from './judge-worker.ts';
import type { Narrator } from './narrator.ts';
import { nowMs, type Watch } from './watch.ts';
import type { WatchedThread } from './watched-thread.ts';

export interface Judgement {
  readonly report: LeakReport;
  /** Whether the evidence could not be judged. */
  readonly hasFailed: boolean;
}

/** What was to be watched, for a report of what never was. */
export interface Subject extends DirectEnd {
  readonly argv: readonly string[];
}

/** Makes the report over the thread that grew most; of a program that was never watched it says so. */
export async function makeJudgement(
  subject: Subject,
  watch: Watch,
  narrator: Narrator,
  shown: ShownParts,
): Promise<Judgement> {
  const threads = byGrowth(watch.threads);
  const [judged, ...others] = threads;
  if (judged === undefined) {
    const report = unwatchedReport(subject.pid, subject.argv, whyUnwatched(watch), watch.warnings);
    return { report, hasFailed: false };
  }
  const unmeasured = others.filter(isUnmeasured);
  for (const thread of unmeasured) watch.warn('PLIM_WARN_WATCH_LOST', unmeasuredText(thread));
  const evidence = judged.toEvidence(watch.warnings, deathOf(judged, subject));
  const sinceMs = nowMs();
  const outcome = await judgeEvidence(evidence, shown, (done, total) => narrator.reading(done, total, sinceMs));
  const processes = others.length === 0 ? {} : { processes: threads.map(processOf) };
  if ('report' in outcome) {
    const report = { ...outcome.report, ...processes };
    return { report: unmeasured.length === 0 ? report : withDoubt(report, unmeasured), hasFailed: false };
  }
  const explanation = `The evidence could not be judged: ${outcome.failure}`;
  return { report: { ...bareReport(evidence, explanation), ...processes }, hasFailed: true };
}

/** Grown most first; of equals the one with more floors, then the one that came first. */
function byGrowth(threads: readonly WatchedThread[]): WatchedThread[] {
  return [...threads].sort((a, b) => b.growth - a.growth || b.floors.length - a.floors.length);
}

function processOf(thread: WatchedThread, index: number): ReportedProcess {
  const { pid, threadId } = thread.hello;
  const floors = thread.floors.length;
  const growthBytes = floors === 0 ? null : Math.round(thread.growth);
  return { pid, threadId, script: scriptOf(thread), floors, growthBytes, judged: index === 0 };
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
  return shownArguments(thread.hello.argv.slice(1)).join(' ') || 'no script';
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
    open: [],
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
      argv: shownArguments(argv),
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
    ...(evidence.death === undefined ? {} : { death: evidence.death }),
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
