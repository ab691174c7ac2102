import fs from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { messageOf } from '../../base/errors.ts';
import type { Warning } from '../../base/warnings.ts';
import { type HeapSnapshot, openSnapshot } from '../../snapshot/index.ts';
import { type Profiles, readProfiles, topAllocationSites } from '../allocation/index.ts';
import type { Evidence, Shot } from './evidence.ts';
import { type Explained, explainGrowth, fullestText } from '../suspects/index.ts';
import { type FloorTrend, judgeGrowth, judgeOpen, judgeOpenByRounds } from '../trend/index.ts';
import { floorsOfRounds, isJudgedByRounds, judgeAllFloors, worthReading } from './judge-floors.ts';
import { withoutLastThroes } from './last-throes.ts';
import { judgeNative } from './native-trend.ts';
import {
  type LeakReport,
  pictureAllocations,
  pictureHeap,
  type ReportedSite,
  shownArguments,
} from '../report/index.ts';
import { Places, type PlacesOptions, SourceNames, SourcePlaces } from '../sources/index.ts';
import { shotsToAnalyse } from '../schedule.ts';
import { decide } from './verdict.ts';

export interface JudgeOptions {
  /** Version of the package, for the report's environment. */
  readonly version: string;
  /** Whether a script is the watcher's own. */
  readonly isWatcherScript: (url: string) => boolean;
  /** Called while snapshots are read: bytes read of bytes in all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Whether heap and allocations are to be pictured, which takes a reading of the last snapshot; default `false`. */
  readonly withPictures?: boolean;
  /** Whether keys and texts of the program may stand in the report; default `false`. */
  readonly showStrings?: boolean;
}

const MOST_SITES = 5;

/** Makes the verdict over one thread of a program from the evidence gathered of it. */
export async function judge(evidence: Evidence, options: JudgeOptions): Promise<LeakReport> {
  const warnings: Warning[] = [...evidence.warnings];
  const judged = withoutLastThroes(evidence);
  const floors = judgeAllFloors(judged);
  const sources = new SourcePlaces({ maps: readScriptMaps(evidence.scriptMaps) });
  const places: PlacesOptions = {
    root: evidence.process.cwd,
    sources,
    isWatcherScript: options.isWatcherScript,
    showStrings: options.showStrings ?? false,
  };
  const profiles = readProfiles(
    evidence.profiles.map((profile) => profile.file),
    new SourceNames(sources),
  );
  const { death } = evidence;
  const shots = worthReading(floors) || death !== undefined ? shotsToAnalyse(judged.shots) : [];
  const read = shots.length < 2 ? undefined : await readShots(shots, { floors, places, profiles, warnings }, options);
  const snapshots = read === undefined ? undefined : judgeGrowth(read.growth, read.times);
  const suspects = read?.suspects ?? [];
  const judgement = decide({
    floors,
    isDriven: isJudgedByRounds(evidence),
    watchedMs: evidence.endedAt,
    native: judgeNative(judged.floors, judged.shots),
    snapshots,
    suspects,
    growthBytes: read?.growth.bytes,
  });
  const fullest = death !== undefined && suspects.length === 0 ? await tellFullest(evidence, places, warnings) : [];
  const isQuiet = judgement.verdict === 'none' || judgement.verdict === 'native';
  return {
    ...judgement,
    ...(death === undefined
      ? {}
      : { death, explanation: [death.sentence, judgement.explanation, ...fullest].join(' ') }),
    suspects: isQuiet ? [] : suspects,
    open: isJudgedByRounds(evidence)
      ? judgeOpenByRounds(evidence.rounds)
      : judgeOpen(evidence.openCounts, evidence.resources),
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
    ...(evidence.rounds.length === 0 ? {} : { rounds: floorsOfRounds(evidence) }),
    ...(options.withPictures === true ? await picturesOf(evidence, read?.last, { places, profiles, warnings }) : {}),
    environment: environmentOf(evidence, options.version),
    warnings,
  };
}

/** Where growth names nobody, at least who filled the heap of a program that died of it. */
async function tellFullest(evidence: Evidence, places: PlacesOptions, warnings: Warning[]): Promise<string[]> {
  const last = (await openAll(evidence.shots.slice(-1), {}, warnings)).at(-1);
  const text = last === undefined ? undefined : fullestText(last.snapshot, places);
  return text === undefined ? [] : [text];
}

/** Heap and allocations as they were at the end; what cannot be read is left out. */
async function picturesOf(
  evidence: Evidence,
  last: OpenedShot | undefined,
  { places, profiles, warnings }: Omit<Inquiry, 'floors'>,
): Promise<Pick<LeakReport, 'heap' | 'allocations'>> {
  const shown = last ?? (await openAll(evidence.shots.slice(-1), {}, warnings)).at(-1);
  const allocations = profiles === undefined ? undefined : pictureAllocations(profiles, new Places(places));
  return {
    ...(shown === undefined ? {} : { heap: pictureHeap(shown.snapshot, shown.shot.at, places) }),
    ...(allocations === undefined ? {} : { allocations }),
  };
}

interface OpenedShot {
  readonly shot: Shot;
  readonly snapshot: HeapSnapshot;
}

interface ReadShots extends Explained {
  readonly times: readonly number[];
  readonly last: OpenedShot;
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
      hasStopped: floors.word === 'stopped' && !floors.isClimbing,
      ...(profiles === undefined ? {} : { profiles }),
    },
  );
  return { ...explained, times, last: opened.at(-1)! };
}

async function openAll(
  shots: readonly Shot[],
  options: Pick<JudgeOptions, 'onProgress'>,
  warnings: Warning[],
): Promise<OpenedShot[]> {
  const total = shots.reduce((sum, shot) => sum + shot.fileBytes, 0);
  const opened: OpenedShot[] = [];
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
    argv: shownArguments(hello.argv),
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
