import { createHash } from 'node:crypto';
import type { CodePlace, FunctionPlace, Suspect } from '../../snapshot/index.ts';
import { adviceFor } from './advice.ts';
import { declarationPlace } from './declaration.ts';
import { type Places, projectPath } from '../sources/index.ts';
import type { ReportedSuspect } from '../report/index.ts';
import { holderClass, ownerName, sentenceOf, unitText } from './sentence.ts';
import { statedBound } from './stated-bound.ts';

export interface ReportContext {
  readonly places: Places;
  /** Minutes between the first and the last snapshot; `null` when unknown. */
  readonly minutes: number | null;
  /** Lengths of the parts between snapshots, ms or rounds; empty with two snapshots. */
  readonly parts: readonly number[];
  readonly rounds: number;
  /** Whether the floors say that nothing grows any more. */
  readonly hasStopped: boolean;
}

/** In the second part a store that fills gains less than this share of the first part's rate; a step, nearly nothing. */
const FILLING_RATE = 0.4;
const STEP_RATE = 0.1;

export function reportSuspect(found: Suspect, site: FunctionPlace | null, context: ReportContext): ReportedSuspect {
  const allocatedIn = site === null ? null : siteText(site, context.places);
  const declared = declarationPlace(found, context.places);
  const suspect = { ...found, bound: found.bound ?? statedBound(found, declared, context.places) };
  // What the runtime holds is declared where nobody can mend it: then the place that makes what is held is the one to look at.
  const shown = declared ?? (site === null ? null : context.places.resolve(site.place));
  const declaredAt = declared === null ? null : context.places.placeText(declared);
  const kind = kindOf(suspect, context);
  const minutes = context.minutes;
  return {
    kind,
    sentence: sentenceOf(suspect, {
      minutes,
      rounds: context.rounds,
      placeText: context.places.placeText,
      declaredAt,
      allocatedIn,
    }),
    advice: adviceFor(suspect, kind),
    holder: holderClass(suspect.holder),
    leaked: unitText(suspect.unit),
    owner: ownerName(suspect),
    file: shown === null ? null : context.places.fileText(shown.url),
    line: shown === null ? null : shown.line + 1,
    count: suspect.count,
    total: Math.max(suspect.totals.at(-1) ?? 0, suspect.count),
    perMinute: minutes === null || minutes <= 0 ? 0 : suspect.count / minutes,
    bytes: Math.round(suspect.bytes),
    bytesPerMinute: minutes === null || minutes <= 0 ? 0 : Math.round(suspect.bytes / minutes),
    steps: suspect.steps.map((step) => Math.round(step)),
    allocatedIn,
    path: pathOf(suspect, context),
    fingerprint: fingerprintOf(suspect, shown),
    ...(suspect.examples.length === 0 ? {} : { examples: suspect.examples }),
  };
}

function kindOf(suspect: Suspect, context: ReportContext): ReportedSuspect['kind'] {
  const [early, late] = suspect.steps;
  const [first, second] = context.parts;
  if (early !== undefined && late !== undefined && first !== undefined && second !== undefined) {
    if (early > 0 && first > 0 && second > 0) {
      const rate = late / second / (early / first);
      if (rate < STEP_RATE) return 'step';
      if (rate < FILLING_RATE) return 'filling';
    }
  }
  return suspect.bound === null && !suspect.isLoading && !context.hasStopped ? 'leak' : 'filling';
}

function siteText(site: FunctionPlace, places: Places): string {
  return `${site.name} (${places.placeText(site.place)})`;
}

/** The class of what is held closes the path with its place, unless it carries it in its name. */
function pathOf(suspect: Suspect, context: ReportContext): string[] {
  const { site } = suspect.facts;
  const place = site === null || suspect.unit.includes('()') ? '' : ` (${context.places.placeText(site)})`;
  return [...suspect.hops.slice(0, -1), `${unitText(suspect.unit)}${place}`];
}

/**
 * The same leak has the same fingerprint after a restart, on another machine, after lines have moved and whatever the
 * counts: it is made of the holder's file in its package, the way to what is held without indexes and keys, and the classes
 * of both.
 */
function fingerprintOf(suspect: Suspect, declared: CodePlace | null): string {
  const file = declared === null ? '' : projectPath(declared.url);
  const path = suspect.expression.replaceAll(/\[[^\]]*\]/g, '[]').replaceAll(/\(x\d+\)/g, '(x)');
  return createHash('sha256')
    .update([file, path, withoutLine(suspect.holder), withoutLine(suspect.unit)].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

/** Functions are called by name and place: the line moves, and the folder is another one elsewhere. */
function withoutLine(className: string): string {
  return className.replace(/(?<= )[^ ]*\//, '').replace(/:\d+$/, '');
}
