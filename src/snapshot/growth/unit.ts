/**
 * Finds what a growth consists of: its unit.
 *
 * The most numerous class is the wrong answer, it is the leaves (items of items). Instead the topmost new things are
 * grouped by class and the heaviest group is taken; when it stands alone (a list's newest link, a wrapper array, the
 * rebuilt copy of an immutable list) it is entered, until a class shows up in numbers, side by side or along a chain.
 */
import type { ClassNaming } from '../naming/namer.ts';
import { isGenericClass } from '../naming/class-names.ts';
import { NONE } from '../graph.ts';
import type { Territory } from './territory.ts';

export interface Unit {
  readonly className: string;
  /** Net growth: new ones less freed ones. */
  readonly count: number;
  readonly examples: readonly number[];
  /** Whether they stand beside each other; else one holds the next, and those inside others count too. */
  readonly isSideBySide: boolean;
}

interface Group {
  className: string;
  readonly items: number[];
  weight: number;
  heaviest: number;
  heaviestWeight: number;
}

const DEEPEST = 40;
const GROUPS_ENTERED = 3;
const FEW = 10;
const SIDE_BY_SIDE = 5;
const EXAMPLES = 400;

export function findUnit(naming: ClassNaming, added: Territory, freed: Territory | undefined): Unit | undefined {
  const net = (name: string): number => (added.classes.get(name)?.count ?? 0) - (freed?.classes.get(name)?.count ?? 0);
  let front = added.fronts;
  for (let depth = 0; depth < DEEPEST && front.length > 0; depth++) {
    const groups = groupByClass(naming, added, front);
    const top = groups[0]!;
    if (isNumerous(top, net(top.className))) {
      const isSideBySide = top.items.length >= SIDE_BY_SIDE;
      return isSideBySide
        ? unitBeside(added, top, net(top.className))
        : unitOf(added, top.className, net(top.className));
    }
    front = enter(added, groups);
  }
  return heaviestClass(added, net);
}

function isNumerous(group: Group, net: number): boolean {
  if (net < FEW || group.weight <= 0) return false;
  return group.items.length >= SIDE_BY_SIDE || (net >= 20 && !isGenericClass(group.className));
}

/** Groups of the front, heaviest first. */
function groupByClass(naming: ClassNaming, territory: Territory, front: readonly number[]): Group[] {
  const groups = new Map<string, Group>();
  for (const item of front) {
    const className = naming.classes.of(territory.forest.nodeOf(item));
    let group = groups.get(className);
    if (group === undefined) {
      group = { className, items: [], weight: 0, heaviest: item, heaviestWeight: -1 };
      groups.set(className, group);
    }
    const weight = territory.forest.weightOf(item);
    group.items.push(item);
    group.weight += weight * leaning(className);
    if (weight > group.heaviestWeight) {
      group.heaviest = item;
      group.heaviestWeight = weight;
    }
  }
  return [...groups.values()].sort((a, b) => b.weight - a.weight);
}

/** What stands topmost under an owner, of one class. */
export interface Front {
  readonly className: string;
  /** New ones less freed ones. */
  readonly count: number;
  readonly weight: number;
  readonly examples: readonly number[];
}

/** The topmost new things under an owner by class, heaviest first. */
export function frontsOf(naming: ClassNaming, added: Territory, freed: Territory | undefined): Front[] {
  return groupByClass(naming, added, added.fronts).map(({ className, items, weight }) => ({
    className,
    count: Math.max(0, items.length - (freed?.classes.get(className)?.count ?? 0)),
    weight,
    examples: items.slice(0, EXAMPLES).map((item) => added.forest.nodeOf(item)),
  }));
}

/** Texts and scopes count half, so that keys do not win over values. */
function leaning(className: string): number {
  return className.startsWith('(') || className === 'system / Context' ? 0.5 : 1;
}

function enter(territory: Territory, groups: readonly Group[]): number[] {
  const { firstChild, nextSibling } = territory.forest;
  const inside: number[] = [];
  const heaviest = [...groups].sort((a, b) => b.heaviestWeight - a.heaviestWeight).slice(0, GROUPS_ENTERED);
  for (const group of heaviest) {
    for (let child = firstChild[group.heaviest]!; child !== NONE; child = nextSibling[child]!) inside.push(child);
  }
  return inside;
}

function heaviestClass(territory: Territory, net: (name: string) => number): Unit | undefined {
  let best: string | undefined;
  let most = -1;
  for (const [className, tally] of territory.classes) {
    if (net(className) <= 0 || tally.selfBytes <= most) continue;
    best = className;
    most = tally.selfBytes;
  }
  return best === undefined ? undefined : unitOf(territory, best, net(best));
}

function unitOf(territory: Territory, className: string, count: number): Unit {
  const examples = territory.classes.get(className)?.examples ?? [];
  return { className, count, examples, isSideBySide: false };
}

/** Of a class whose members also hold members only those of this level count. */
function unitBeside(territory: Territory, { className, items }: Group, net: number): Unit {
  const all = territory.classes.get(className)?.count ?? items.length;
  const examples = items.slice(0, EXAMPLES).map((item) => territory.forest.nodeOf(item));
  return { className, count: Math.round((net * items.length) / all), examples, isSideBySide: true };
}
