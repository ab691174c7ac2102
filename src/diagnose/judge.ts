import fs from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { messageOf } from '../base/errors.ts';
import type { Warning } from '../base/warnings.ts';
import { type HeapSnapshot, openSnapshot } from '../snapshot/index.ts';
import { topAllocationSites } from './allocation-sites.ts';
import type { Evidence, Shot } from './evidence.ts';
import { type Explained, explainGrowth } from './explain.ts';
import { type FloorTrend, judgeFloors, judgeRounds } from './floor-trend.ts';
import { judgeNative } from './native-trend.ts';
import { Places, type PlacesOptions } from './places.ts';
import { type Profiles, readProfiles } from './profiles.ts';
import type { LeakReport, ReportedSite } from './report.ts';
import { shotsToAnalyse } from './schedule.ts';
import { judgeGrowth } from './snapshot-trend.ts';
import { SourcePlaces } from './source-places.ts';
import { decide } from './verdict.ts';
import { type Floor, floorBytes } from './wire.ts';

export interface JudgeOptions {
  /** Version of the package, for the report's environment. */
  readonly version: string;
  /** Whether a script is the watcher's own. */
  readonly isWatcherScript: (url: string) => boolean;
  /** Called while snapshots are read: bytes read of bytes in all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

const MOST_SITES = 5;

/** Makes the verdict over one thread of a program from the evidence gathered of it. */
export async function judge(evidence: Evidence, options: JudgeOptions): Promise<LeakReport> {
  const warnings: Warning[] = [...evidence.warnings];
  const floors = judgeAllFloors(evidence);
  const places: PlacesOptions = {
    root: evidence.process.cwd,
    sources: new SourcePlaces({ maps: readScriptMaps(evidence.scriptMaps) }),
    isWatcherScript: options.isWatcherScript,
  };
  const profiles = readProfiles(evidence.profiles.map((profile) => profile.file));
  const shots = worthReading(floors) ? shotsToAnalyse(evidence.shots) : [];
  const read = shots.length < 2 ? undefined : await readShots(shots, { floors, places, profiles, warnings }, options);
  const snapshots = read === undefined ? undefined : judgeGrowth(read.growth, read.times);
  const suspects = read?.suspects ?? [];
  const judgement = decide({
    floors,
    isDriven: isJudgedByRounds(evidence),
    watchedMs: evidence.endedAt,
    native: judgeNative(evidence.floors, evidence.shots),
    snapshots,
    suspects,
    growthBytes: read?.growth.bytes,
  });
  const isQuiet = judgement.verdict === 'none' || judgement.verdict === 'native';
  return {
    ...judgement,
    suspects: isQuiet ? [] : suspects,
    allocationSites: isQuiet ? [] : reportSites(profiles, places),
    growthBytes: Math.round(floors.growth),
    bytesPerMinute: Math.round(floors.bytesPerMinute),
    series: evidence.floors.map(({ at, heapUsed, external, arrayBuffers, rss, asked }) => ({
      at: Math.round(at),
      heapUsed,
      external,
      arrayBuffers,
      rss,
      asked,
    })),
    environment: environmentOf(evidence, options.version),
    warnings,
  };
}

/** With fewer rounds than these time is the axis. */
const FEWEST_ROUNDS = 3;

function isJudgedByRounds(evidence: Evidence): boolean {
  return evidence.rounds.filter((round) => !round.warmup).length >= FEWEST_ROUNDS;
}

function judgeAllFloors(evidence: Evidence): FloorTrend {
  if (isJudgedByRounds(evidence)) return judgeRounds(roundPoints(evidence));
  const floors = withoutFallAtExit(evidence.floors);
  return judgeFloors(comparable(floors).map((floor) => ({ at: floor.at, value: floorBytes(floor) })));
}

/** The last warm-up round's floor is the base that the measured ones rise from. */
function roundPoints(evidence: Evidence): { at: number; value: number }[] {
  const from = evidence.rounds.findLastIndex((round) => round.warmup);
  return evidence.rounds.slice(Math.max(0, from)).flatMap((round) => {
    const floor = evidence.floors.findLast((candidate) => candidate.at <= round.at + 0.5);
    return floor === undefined ? [] : [{ at: round.at, value: floorBytes(floor) }];
  });
}

/** A program that puts its things away before it leaves shows less at the end than it held. */
function withoutFallAtExit(floors: readonly Floor[]): readonly Floor[] {
  const last = floors.at(-1);
  const previous = floors.at(-2);
  if (last?.atExit !== true || previous === undefined) return floors;
  return floorBytes(last) < floorBytes(previous) ? floors.slice(0, -1) : floors;
}

/**
 * Natural collections leave some garbage, forced ones do not: where most are forced, and to the end, only those are
 * compared.
 */
function comparable(floors: readonly Floor[]): readonly Floor[] {
  const asked = floors.filter((floor) => floor.asked);
  const last = asked.at(-1);
  if (last === undefined || asked.length < floors.length * 0.6) return floors;
  return last.at >= floors.at(-1)!.at * 0.9 ? asked : floors;
}

/** Reading snapshots takes seconds: not where the floors leave no question open. */
function worthReading(floors: FloorTrend): boolean {
  return floors.word !== 'flat' || (floors.growth > 0 && floors.steps.every((step) => step > 0));
}

interface ReadShots extends Explained {
  readonly times: readonly number[];
}

interface Inquiry {
  readonly floors: FloorTrend;
  readonly places: PlacesOptions;
  readonly profiles: Profiles | undefined;
  /** What goes wrong is added to it. */
  readonly warnings: Warning[];
}

async function readShots(
  shots: readonly Shot[],
  { floors, places, profiles, warnings }: Inquiry,
  options: JudgeOptions,
): Promise<ReadShots | undefined> {
  const opened = await openAll(shots, options, warnings);
  if (opened.length < 2) return undefined;
  const times = opened.map(({ shot }) => shot.at);
  const explained = explainGrowth(
    opened.map(({ snapshot }) => snapshot),
    {
      ...places,
      times,
      rounds: roundsBetween(opened.map(({ shot }) => shot)),
      hasStopped: floors.word === 'stopped',
      ...(profiles === undefined ? {} : { profiles }),
    },
  );
  return { ...explained, times };
}

async function openAll(
  shots: readonly Shot[],
  options: JudgeOptions,
  warnings: Warning[],
): Promise<{ readonly shot: Shot; readonly snapshot: HeapSnapshot }[]> {
  const total = shots.reduce((sum, shot) => sum + shot.fileBytes, 0);
  const opened: { shot: Shot; snapshot: HeapSnapshot }[] = [];
  let before = 0;
  for (const shot of shots) {
    const done = before;
    const report = options.onProgress;
    try {
      const snapshot = await openSnapshot(
        shot.file,
        report === undefined ? {} : { onProgress: (bytes) => report(done + bytes, total) },
      );
      opened.push({ shot, snapshot });
      if (snapshot.truncated !== null) warnings.push(partialSnapshot(shot.file));
    } catch (error) {
      warnings.push({ code: 'PLIM_WARN_SNAPSHOT_FAILED', message: messageOf(error) });
    }
    before += shot.fileBytes;
  }
  return opened;
}

function partialSnapshot(file: string): Warning {
  return {
    code: 'PLIM_WARN_SNAPSHOT_PARTIAL',
    message: `${file} ends early: its sizes and counts are whole, names may be missing.`,
  };
}

function roundsBetween(shots: readonly Shot[]): number {
  return (shots.at(-1)?.round ?? 0) - (shots[0]?.round ?? 0);
}

/** Where what stays was allocated; what the profiles do not tell is left out. */
function reportSites(profiles: Profiles | undefined, options: PlacesOptions): ReportedSite[] {
  if (profiles === undefined) return [];
  const places = new Places(options);
  return topAllocationSites(profiles.first, profiles.last, places.isProgramScript, MOST_SITES).map(
    ({ site, bytes, share }) => {
      const { url, line } = places.resolve(site.place);
      return { function: site.name, file: places.fileText(url), line: line + 1, bytes: Math.round(bytes), share };
    },
  );
}

function readScriptMaps(files: readonly string[]): Map<string, SourceMapPayload> {
  const maps = new Map<string, SourceMapPayload>();
  for (const file of files) {
    try {
      const found = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, SourceMapPayload>;
      for (const [url, map] of Object.entries(found)) maps.set(url, map);
    } catch {
      // A help, not a proof: without it places stay those of the compiled code.
    }
  }
  return maps;
}

function environmentOf(evidence: Evidence, version: string): LeakReport['environment'] {
  const { process: hello, floors, shots } = evidence;
  return {
    plimsoll: version,
    node: hello.node,
    platform: process.platform,
    arch: process.arch,
    pid: hello.pid,
    threadId: hello.threadId,
    argv: hello.argv,
    cwd: hello.cwd,
    heapLimitBytes: hello.heapLimitBytes,
    memoryLimitBytes: hello.memoryLimitBytes,
    watchedMs: Math.round(evidence.endedAt),
    floors: floors.length,
    askedCollections: floors.filter((floor) => floor.asked || floor.nudged === true).length,
    snapshots: shots.map((shot) => ({
      at: Math.round(shot.at),
      bytes: shot.fileBytes,
      pauseMs: Math.round(shot.pauseMs),
    })),
    rounds: evidence.rounds.length,
  };
}
