import type { IdSet } from '../../struct/id-set.ts';
import type { ClassNaming, Namer } from '../naming/namer.ts';
import { isGenericClass } from '../naming/class-names.ts';
import { hopText, type OwnerPath, withoutRepeats } from '../naming/owner-paths.ts';
import { findBound } from './bounds.ts';
import { countBelow } from './census.ts';
import { findListHead } from './chains.ts';
import { findHolders } from './holders.ts';
import { isLoadingModules } from './loading.ts';
import type { Accused } from './merge.ts';
import { PLAIN_VALUES, roomBelow } from './plain-values.ts';
import { isNewUnit, stepsTo } from './reach.ts';
import type { Suspect } from './suspect.ts';
import { factsOf, type UnitFacts } from './unit-facts.ts';

/** What all suspects of one comparison have in common. */
export interface Case {
  readonly newest: Namer;
  readonly oldest: ClassNaming;
  /** Oldest first. */
  readonly namings: readonly ClassNaming[];
  readonly idsBefore: IdSet;
  readonly grownBytes: number;
  /** Units of each class, oldest snapshot first. */
  readonly unitCounts: readonly ReadonlyMap<string, number>[];
}

const COMPANIONS_SHOWN = 3;
const OTHERS_SHOWN = 3;
const TEXTS_SHOWN = 3;
/** Characters. */
const TEXT_SHOWN = 80;

export function describeSuspect(inquiry: Case, accused: Accused): Suspect {
  const { newest, idsBefore } = inquiry;
  const { graph } = newest.view;
  const facts = factsOf(newest, idsBefore, accused.unit, accused.examples);
  const { holder, others, movedFromLink } = trueHolder(inquiry, accused, facts);
  const owner = newest.ownerOf(holder);
  const isUnit = isNewUnit(newest, idsBefore, accused.unit, accused.examples);
  const way = stepsTo(newest, holder, isUnit);
  const holderClass = newest.classes.of(holder);
  const steps = way.map((step) => step.label);
  const holderIds = new Set([...accused.owners, holder].map((node) => graph.nodeId[node]!));
  const totals = totalsOf(inquiry, holderIds, accused);
  return {
    holder: holderClass,
    holderId: graph.nodeId[holder]!,
    alike: accused.owners.size - 1,
    owner,
    expression: expressionOf(owner, steps),
    holderPlace: newest.places.ofProgram(holder),
    unit: accused.unit,
    count: accused.count,
    freed: accused.freed,
    totals,
    bytes: accused.bytes,
    share: Math.min(1, accused.bytes / Math.max(1, inquiry.grownBytes)),
    steps: accused.earlyBytes === undefined ? [] : [accused.earlyBytes, accused.bytes - accused.earlyBytes],
    facts,
    chainHead: accused.first === undefined || movedFromLink ? null : headOf(newest, holder, owner, accused.first),
    alsoHeldBy: namesOf(newest, others, owner),
    companions: companionsOf(accused),
    isShared: accused.isShared,
    isLoading: isLoadingModules(newest, accused.unit, accused.examples),
    bound: findBound(newest, inquiry.oldest.view, holder, { before: totals[0]!, now: totals.at(-1)! }),
    hops: withoutRepeats([...owner.hops, ...hopsTo(newest, holder, way)]).concat(accused.unit),
    examples: newest.showStrings ? textsOf(newest, accused) : [],
  };
}

/** Some of the texts that pile up. */
function textsOf({ view }: Namer, { examples }: Accused): string[] {
  const { nodeType, nodeTypes } = view.graph;
  const isText = (node: number): boolean =>
    nodeType[node] === nodeTypes.string ||
    nodeType[node] === nodeTypes.slicedString ||
    nodeType[node] === nodeTypes.concatenatedString;
  const texts = examples.filter(isText).map((node) => view.nameOf(node).slice(0, TEXT_SHOWN));
  return [...new Set(texts)].slice(0, TEXTS_SHOWN);
}

interface Holding {
  readonly holder: number;
  readonly others: readonly number[];
  readonly movedFromLink: boolean;
}

/** The head of an intrusive list, or who refers to the units directly, in place of who dominates them. */
function trueHolder(inquiry: Case, accused: Accused, facts: UnitFacts): Holding {
  const { newest, idsBefore } = inquiry;
  if (facts.link !== null) {
    const head = findListHead(newest, idsBefore, accused.unit, facts.link, accused.count * 0.5);
    if (head < 0 || head === accused.owner) return { holder: accused.owner, others: [], movedFromLink: false };
    return { holder: head, others: namedOther(newest, accused.owner), movedFromLink: true };
  }
  const direct = findHolders(newest, idsBefore, accused.unit, accused.examples);
  const others = direct.filter((node) => node !== accused.owner);
  if (others.length === 0 || accused.owners.size > 1) {
    return { holder: accused.owner, others: [], movedFromLink: false };
  }
  if (direct.includes(accused.owner)) return { holder: accused.owner, others, movedFromLink: false };
  const [holder, ...rest] = others;
  return { holder: holder!, others: [...rest, ...namedOther(newest, accused.owner)], movedFromLink: false };
}

function namedOther(namer: Namer, node: number): number[] {
  return namer.view.isObject(node) && namer.classes.of(node) !== 'system / Context' ? [node] : [];
}

function namesOf(namer: Namer, nodes: readonly number[], owner: OwnerPath): string[] {
  const names = new Set(nodes.map((node) => namer.ownerOf(node).expression));
  names.delete('');
  // What stands further up the same path holds them only through the holder.
  return [...names].filter((name) => !isOnPath(name, owner.expression)).slice(0, OTHERS_SHOWN);
}

/** `jobs` is on the path `jobs.byId`, not on `jobsById`. */
function isOnPath(name: string, expression: string): boolean {
  return expression.startsWith(name) && /^(?:$|[.[])/.test(expression.slice(name.length));
}

function expressionOf(owner: OwnerPath, steps: readonly string[]): string {
  const tail = steps.map((step) => (step.startsWith('[') ? step : `.${step}`)).join('');
  return `${owner.expression}${tail}`.replace(/^\./, '');
}

function headOf(namer: Namer, holder: number, owner: OwnerPath, first: number): string | null {
  const steps = stepsTo(namer, holder, (node) => node === first).map((step) => step.label);
  return steps.length === 0 ? null : expressionOf(owner, steps);
}

function hopsTo(namer: Namer, holder: number, way: readonly { label: string; node: number }[]): string[] {
  let from = namer.classes.of(holder);
  return way.map((step) => {
    const hop = hopText(step.label, from, '');
    if (namer.view.isObject(step.node)) from = namer.classes.of(step.node);
    return hop;
  });
}

/** A class of the program's own says more than plain objects and arrays. */
function isNamedClass(className: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(className) && !isGenericClass(className);
}

function companionsOf(accused: Accused): Suspect['companions'] {
  return accused.others
    .filter((other) => other.className !== accused.unit && !other.className.startsWith('('))
    .filter((other) => other.className !== 'system / Context' && other.count >= accused.count * 0.3)
    .sort((a, b) => Number(isNamedClass(b.className)) - Number(isNamedClass(a.className)))
    .slice(0, COMPANIONS_SHOWN)
    .map(({ className, count }) => ({ className, count }));
}

/** What several hold is below none of them: then all units of the class are counted. */
function totalsOf(inquiry: Case, holderIds: ReadonlySet<number>, accused: Accused): number[] {
  if (accused.unit === PLAIN_VALUES) return inquiry.namings.map((naming) => roomBelow(naming, holderIds));
  const below = inquiry.namings.map((naming) => countBelow(naming, holderIds, accused.unit, accused.isSideBySide));
  if (below.at(-1)! >= accused.count) return below;
  // Texts and other generic things are everywhere: all of them say nothing of these.
  if (accused.unit.startsWith('(') || isGenericClass(accused.unit)) {
    return inquiry.namings.map((naming) => (naming === inquiry.newest ? accused.count : 0));
  }
  return inquiry.unitCounts.map((counts) => counts.get(accused.unit) ?? 0);
}
