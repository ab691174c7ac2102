/**
 * Where the things that stay are allocated, from the sampling heap profile.
 *
 * The profiler keeps a sample of what is alive, by stack, but not which object a sample is. A site is given to a
 * suspect only where the stack itself tells: it passes through the class's constructor, or through the code around the
 * function that piles up or that is called back. What is left goes by size: the site that gained most in a script that
 * the suspect's path runs through, to the largest suspect without one.
 */
import { type CodePlace, type FunctionPlace, pathOfUrl, type Suspect } from '../../snapshot/index.ts';

/** One node of V8's sampling heap profile. */
export interface ProfileNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

interface Stack {
  /** Innermost first. */
  readonly frames: readonly ProfileNode['callFrame'][];
  readonly bytes: number;
}

/** A site must have gained this share of all that the profile saw growing. */
const LEAST_SHARE = 0.05;
const LEAST_SHARE_BY_SIZE = 0.2;

export function findAllocationSites(
  suspects: readonly Suspect[],
  first: ProfileNode | undefined,
  last: ProfileNode,
  isProgramScript: (url: string) => boolean,
): (FunctionPlace | null)[] {
  const alive = stacksOf(last);
  const grown = gainedStacks(first, alive).filter((stack) => stack.bytes > 0);
  const all = grown.reduce((sum, stack) => sum + stack.bytes, 0);
  const taken = new Set<string>();
  const sites = suspects.map((suspect) => {
    const made = placeMade(suspect);
    if (made !== null) return claim(taken, nearestSite(grown, made) ?? nearestSite(alive, made));
    const pick = (stack: Stack): ProfileNode['callFrame'] | undefined => makerFrame(stack, suspect, isProgramScript);
    // Once the compiler has inlined a constructor its frames are gone: then what it made before tells.
    return claim(taken, topSite(grown, pick, all * LEAST_SHARE) ?? topSite(alive, pick, 1));
  });
  suspects.forEach((suspect, i) => {
    if (sites[i] !== null || isTold(suspect) || suspect.share < LEAST_SHARE_BY_SIZE) return;
    const near = scriptsOf(suspect);
    const bySize = (stack: Stack): ProfileNode['callFrame'] | undefined => {
      const frame = stack.frames.find((candidate) => isProgramScript(candidate.url));
      const isFree = frame !== undefined && near.has(pathOfUrl(frame.url)) && !taken.has(keyOf(placeOf(frame)));
      return isFree ? frame : undefined;
    };
    const site = topSite(grown, bySize, all * LEAST_SHARE_BY_SIZE);
    if (site !== null) taken.add(keyOf(site));
    sites[i] = site;
  });
  return sites;
}

/** A place in the program's code with what was allocated there and stayed. */
export interface GrownSite {
  readonly site: FunctionPlace;
  /** Estimated from samples. */
  readonly bytes: number;
  /** Share of all that the profile saw growing, 0 to 1. */
  readonly share: number;
}

/** Where most of what stays was allocated, most first: all that is known where no snapshots could be taken. */
export function topAllocationSites(
  first: ProfileNode | undefined,
  last: ProfileNode,
  isProgramScript: (url: string) => boolean,
  most: number,
): GrownSite[] {
  const grown = gainedStacks(first, stacksOf(last)).filter((stack) => stack.bytes > 0);
  const all = grown.reduce((sum, stack) => sum + stack.bytes, 0);
  const innermost = (stack: Stack): ProfileNode['callFrame'] | undefined =>
    stack.frames.find((frame) => isProgramScript(frame.url));
  return sitesBySize(grown, innermost)
    .slice(0, most)
    .map(({ site, bytes }) => ({ site, bytes, share: bytes / all }));
}

/** A function must stand in stacks with this share of what grew to be called the one that all of it comes from. */
const COMMON_SHARE = 0.5;

/**
 * The innermost function of the program through which most of what grew was made: what is left to name where each piece
 * was allocated in code of its own (modules, generated functions) and the runtime holds it. `null` when there is none.
 */
export function commonCaller(
  first: ProfileNode | undefined,
  last: ProfileNode,
  isProgramScript: (url: string) => boolean,
): FunctionPlace | null {
  const grown = gainedStacks(first, stacksOf(last)).filter((stack) => stack.bytes > 0);
  const all = grown.reduce((sum, stack) => sum + stack.bytes, 0);
  const callers = new Map<string, { readonly site: FunctionPlace; bytes: number; depth: number }>();
  for (const { frames, bytes } of grown) {
    const seen = new Set<string>();
    frames.forEach((frame, i) => {
      const site = placeOf(frame);
      const key = keyOf(site);
      if (!isProgramScript(frame.url) || seen.has(key)) return;
      seen.add(key);
      let caller = callers.get(key);
      if (caller === undefined) callers.set(key, (caller = { site, bytes: 0, depth: 0 }));
      caller.bytes += bytes;
      caller.depth = Math.max(caller.depth, frames.length - i);
    });
  }
  const common = [...callers.values()].filter((caller) => caller.bytes >= all * COMMON_SHARE);
  return common.sort((a, b) => b.depth - a.depth)[0]?.site ?? null;
}

/** Stacks of the last profile, less what they held in the first. */
function gainedStacks(first: ProfileNode | undefined, alive: readonly Stack[]): Stack[] {
  const before = new Map<string, number>();
  if (first !== undefined) {
    for (const stack of stacksOf(first)) before.set(stackKey(stack), (before.get(stackKey(stack)) ?? 0) + stack.bytes);
  }
  return alive.map((stack) => ({ ...stack, bytes: stack.bytes - (before.get(stackKey(stack)) ?? 0) }));
}

function stacksOf(root: ProfileNode): Stack[] {
  const stacks: Stack[] = [];
  const pending: { node: ProfileNode; frames: ProfileNode['callFrame'][] }[] = [{ node: root, frames: [] }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const frames = [item.node.callFrame, ...item.frames];
    if (item.node.selfSize > 0) stacks.push({ frames, bytes: item.node.selfSize });
    for (const child of item.node.children) pending.push({ node: child, frames });
  }
  return stacks;
}

function stackKey(stack: Stack): string {
  return stack.frames.map((frame) => `${frame.url}:${frame.lineNumber}:${frame.columnNumber}`).join('|');
}

/** Whether the stack alone could tell where this suspect's units come from. */
function isTold(suspect: Suspect): boolean {
  const { site, callback } = suspect.facts;
  return suspect.unit.includes('()') || callback !== null || (site !== null && !suspect.unit.startsWith('('));
}

/** Paths of the scripts that a suspect's path runs through. */
function scriptsOf(suspect: Suspect): ReadonlySet<string> {
  const { owner, holderPlace } = suspect;
  const places = [owner.scope?.place ?? null, holderPlace, ...owner.classPlaces];
  return new Set(places.filter((place) => place !== null).map((place) => pathOfUrl(place.url)));
}

function claim(taken: Set<string>, site: FunctionPlace | null): FunctionPlace | null {
  if (site !== null) taken.add(keyOf(site));
  return site;
}

/** Where the function stands in the source that piles up or is called back; `null` where no function tells. */
function placeMade({ unit, facts }: Suspect): CodePlace | null {
  if (unit.includes('()')) return facts.site;
  return facts.site === null ? (facts.callback?.place ?? null) : null;
}

/** The function that calls the constructor of the suspect's units. */
function makerFrame(
  stack: Stack,
  suspect: Suspect,
  isProgramScript: (url: string) => boolean,
): ProfileNode['callFrame'] | undefined {
  const { site } = suspect.facts;
  if (site === null) return undefined;
  const constructor = stack.frames.findIndex(
    (frame) => isSameScript(frame.url, site.url) && frame.functionName === suspect.unit,
  );
  if (constructor < 0) return undefined;
  return stack.frames.slice(constructor + 1).find((frame) => isProgramScript(frame.url));
}

/** A function that piles up is made by the function of its script that begins nearest before it. */
function nearestSite(stacks: readonly Stack[], made: CodePlace): FunctionPlace | null {
  let nearest: FunctionPlace | null = null;
  for (const stack of stacks) {
    const frame = stack.frames.find((candidate) => isSameScript(candidate.url, made.url));
    if (frame === undefined) continue;
    const site = placeOf(frame);
    if (isBefore(site.place, made) && (nearest === null || isBefore(nearest.place, site.place))) nearest = site;
  }
  return nearest;
}

function isBefore(one: CodePlace, other: CodePlace): boolean {
  return one.line < other.line || (one.line === other.line && one.column < other.column);
}

/** CommonJS scripts go by path in snapshots and by URL in profiles. */
function isSameScript(one: string, other: string): boolean {
  return pathOfUrl(one) === pathOfUrl(other);
}

function topSite(
  stacks: readonly Stack[],
  pick: (stack: Stack) => ProfileNode['callFrame'] | undefined,
  atLeast: number,
): FunctionPlace | null {
  const [top] = sitesBySize(stacks, pick);
  return top !== undefined && top.bytes >= atLeast ? top.site : null;
}

/** Bytes by the place that `pick` finds in each stack, most first. */
function sitesBySize(
  stacks: readonly Stack[],
  pick: (stack: Stack) => ProfileNode['callFrame'] | undefined,
): { readonly site: FunctionPlace; readonly bytes: number }[] {
  const bytesOf = new Map<string, { readonly site: FunctionPlace; bytes: number }>();
  for (const stack of stacks) {
    const frame = pick(stack);
    if (frame === undefined) continue;
    const site = placeOf(frame);
    const entry = bytesOf.get(keyOf(site));
    if (entry === undefined) bytesOf.set(keyOf(site), { site, bytes: stack.bytes });
    else entry.bytes += stack.bytes;
  }
  return [...bytesOf.values()].sort((a, b) => b.bytes - a.bytes);
}

function placeOf(frame: ProfileNode['callFrame']): FunctionPlace {
  return {
    name: frame.functionName || '(anonymous)',
    place: { url: frame.url, line: frame.lineNumber, column: frame.columnNumber },
  };
}

function keyOf(site: FunctionPlace): string {
  return `${site.place.url}:${site.place.line}:${site.place.column}`;
}
