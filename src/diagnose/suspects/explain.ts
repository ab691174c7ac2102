import { partsAround } from '../../base/parts.ts';
import {
  analyseGrowth,
  type FunctionPlace,
  type Growth,
  type HeapSnapshot,
  type Suspect,
} from '../../snapshot/index.ts';
import { commonCaller, findAllocationSites, type Profiles } from '../allocation/index.ts';
import { declarationPlace } from './declaration.ts';
import { Places, type PlacesOptions, SourceNames } from '../sources/index.ts';
import type { ReportedSuspect } from '../report/index.ts';
import { type ReportContext, reportSuspect } from './reported.ts';

export interface ExplainOptions extends PlacesOptions {
  /** When each snapshot was taken, ms; `null` when unknown. */
  readonly times: readonly number[] | null;
  /** Measured rounds of a driven load between the first and the last snapshot; default 0. */
  readonly rounds?: number;
  /** Whether the floors say that nothing grows any more; default `false`. */
  readonly hasStopped?: boolean;
  /** Suspects that hold less are noise, bytes; default 16 KiB. */
  readonly leastBytes?: number;
  /** Default: none, and nothing is said of where things are allocated. */
  readonly profiles?: Profiles;
}

export interface Explained {
  readonly growth: Growth;
  /** Those that hold a telling part of the growth, most telling first. */
  readonly suspects: readonly ReportedSuspect[];
}

/** Suspects below this share of the growth are noise beside the others. */
const LEAST_SHARE = 0.01;
/** Below this share there must be many of them. */
const SMALL_SHARE = 0.05;
const MANY = 20;
/** A suspect at the same variable as a larger one, and this much smaller, is part of the same leak. */
const SAME_LEAK_SHARE = 0.25;
/** Less than this is what a program that stands still gains by compiling and by being looked at, bytes. */
const LEAST_BYTES = 16 * 1024;
const MOST_SUSPECTS = 8;

/** What grew between snapshots of one process, oldest first, in words. */
export function explainGrowth(snapshots: readonly HeapSnapshot[], options: ExplainOptions): Explained {
  const { root, times } = options;
  const places = new Places(options);
  const growth = analyseGrowth(snapshots, {
    root,
    placeText: places.placeText,
    names: new SourceNames(places.sources),
    showStrings: options.showStrings ?? false,
    ...(options.isWatcherScript === undefined ? {} : { isForeign: options.isWatcherScript }),
    ...(times === null ? {} : { times }),
  });
  const context: ReportContext = {
    places,
    minutes: times === null ? null : (times.at(-1)! - times[0]!) / 60_000,
    parts: partsAround(snapshots.length, times ?? undefined) ?? [],
    rounds: options.rounds ?? 0,
    hasStopped: options.hasStopped ?? false,
  };
  const told = growth.suspects
    .filter(
      (suspect, i, all) =>
        isTelling(suspect, growth, options.leastBytes ?? LEAST_BYTES) && !isPartOf(suspect, all.slice(0, i)),
    )
    .slice(0, MOST_SUSPECTS);
  const sites = sitesOf(told, places, options.profiles);
  return { growth, suspects: told.map((suspect, i) => reportSuspect(suspect, sites[i] ?? null, context)) };
}

/** Where the things of each suspect are made; of the first that the runtime holds, by whom it is called. */
function sitesOf(
  told: readonly Suspect[],
  places: Places,
  profiles: Profiles | undefined,
): readonly (FunctionPlace | null)[] {
  if (profiles === undefined) return [];
  const { first, last } = profiles;
  const sites = findAllocationSites(told, first, last, places.isProgramScript);
  return told.map((suspect, i) => {
    const site = sites[i] ?? null;
    if (site !== null || i > 0 || declarationPlace(suspect, places) !== null) return site;
    return commonCaller(first, last, places.isProgramScript);
  });
}

function isTelling(suspect: Suspect, growth: Growth, leastBytes: number): boolean {
  const share = suspect.bytes / Math.max(1, growth.bytes);
  if (suspect.bytes < leastBytes || share < LEAST_SHARE) return false;
  return share >= SMALL_SHARE || suspect.count >= MANY;
}

/**
 * One leak often shows at several properties of the same object (five kinds of listeners on one stream), or at several
 * links of the same path (a queue, its buffer, the buffer's list).
 */
function isPartOf(suspect: Suspect, before: readonly Suspect[]): boolean {
  const { variable, scope, expression } = suspect.owner;
  const isOnPath = (other: Suspect): boolean =>
    other.unit === suspect.unit &&
    other.owner.head === suspect.owner.head &&
    isPrefix(other.owner.expression, expression);
  if (expression !== '' && before.some(isOnPath)) return true;
  if (variable === '') return false;
  return before.some(
    (other) =>
      other.owner.variable === variable &&
      other.owner.scope?.place?.url === scope?.place?.url &&
      suspect.bytes < other.bytes * SAME_LEAK_SHARE,
  );
}

/** Whether one of two expressions goes on where the other ends. */
function isPrefix(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short !== '' && short !== long && long.startsWith(short) && /^[.[]/.test(long.slice(short.length));
}
