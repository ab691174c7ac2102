/**
 * The bound of a bounded store, read from the heap: a number beside the holder whose name says that it is a limit, and
 * that has not changed. It tells a cache that is still filling from one that never stops; it is a hint, no proof, for
 * nothing in a snapshot says that the number is heeded.
 *
 * Needs snapshots written with numbers in them (`exposeNumericValues`).
 */
import { NONE } from '../graph.ts';
import type { Namer } from '../naming/namer.ts';
import { type HeapView, WORD } from '../view.ts';

export interface Bound {
  /** The property or variable: `maxEntries`. */
  readonly name: string;
  readonly value: number;
}

/** Words that make a name one of a limit, and those that may stand beside them whatever is limited. */
const LIMIT_WORD = /max(?!imum)|limit|capacity/;
const LIMIT_WORDS = /max|limit|capacity|cached?|size|entr(?:y|ies)|items?|keys?|length|count|elements?/g;
/** Fewer letters are in any word. */
const SHORTEST_KIND = 3;
const OWNERS_ASKED = 3;
/** How V8 lets arrays grow, and what an element takes, bytes. */
const ARRAY_GROWTH = 1.5;
const ARRAY_SLACK = 16;
const ELEMENT_BYTES = 8;

/** The smallest stated limit that `held` has not passed, of the holder or of the nearest things that hold it. */
export function findBound(
  newest: Namer,
  oldest: HeapView,
  holder: number,
  { before, now: held }: { readonly before: number; readonly now: number },
): Bound | null {
  const presized = presizedLength(newest.view, oldest, holder, before, held);
  if (presized !== null) return presized;
  const kind = wordsOf(newest.ownerOf(holder).lastName);
  let best: Bound | null = null;
  for (const owner of ownersOf(newest, holder)) {
    for (const bound of boundsOf(newest.view, owner, kind)) {
      if (bound.value < held || (best !== null && bound.value >= best.value)) continue;
      const older = oldest.graph.nodeId.indexOf(newest.view.graph.nodeId[owner]!);
      if (older < 0) continue;
      if (boundsOf(oldest, older, kind).some((other) => other.name === bound.name && other.value === bound.value)) {
        best = bound;
      }
    }
    if (best !== null) break;
  }
  return best;
}

/**
 * The length of an array that was made as long as it will get. A store that is pushed to grows by half each time it is
 * full: one that took in more than that, and is still the same, had been given its size beforehand.
 */
function presizedLength(newest: HeapView, oldest: HeapView, holder: number, before: number, now: number): Bound | null {
  if (now <= before * ARRAY_GROWTH + ARRAY_SLACK) return null;
  const store = newest.internal(holder, WORD.elements);
  const older = oldest.graph.nodeId.indexOf(newest.graph.nodeId[holder]!);
  const olderStore = older < 0 ? -1 : oldest.internal(older, WORD.elements);
  if (store < 0 || olderStore < 0) return null;
  const isSame =
    newest.graph.nodeId[store] === oldest.graph.nodeId[olderStore] &&
    newest.graph.selfSize[store] === oldest.graph.selfSize[olderStore];
  const length = Math.floor(newest.graph.selfSize[store]! / ELEMENT_BYTES);
  return isSame && length >= now ? { name: 'length', value: length } : null;
}

/** The holder itself, then the objects and scopes above it on the path a reader follows. */
function ownersOf(namer: Namer, holder: number): number[] {
  const { view, paths, known } = namer;
  const owners = [holder];
  let node = holder;
  while (owners.length <= OWNERS_ASKED && node !== 0 && !known.has(node)) {
    const edge = paths.via[node]!;
    if (edge === NONE) break;
    const isVariable = view.graph.edgeType[edge] === view.graph.edgeTypes.context;
    node = paths.from[node]!;
    if (view.isSynthetic(node) || known.has(node)) break;
    if (view.isObject(node) || isVariable) owners.push(node);
  }
  return owners;
}

/** A name as one row of small letters. */
function wordsOf(name: string): string {
  return name.toLowerCase().replaceAll(/[#_$]/g, '');
}

/** Whether a name says that it is a limit: `max`, `cacheSize`, `maxSessions` of what is called `openSessions`. */
function isLimit(name: string, kind: string): boolean {
  const words = wordsOf(name);
  if (words === 'cachesize') return true;
  const rest = words.replaceAll(LIMIT_WORDS, '').replace(/s$/, '');
  return LIMIT_WORD.test(words) && (rest === '' || (rest.length >= SHORTEST_KIND && kind.includes(rest)));
}

function boundsOf(view: HeapView, node: number, kind: string): Bound[] {
  const { firstEdge, edgeType, edgeTypes, edgeTo } = view.graph;
  const bounds: Bound[] = [];
  for (let e = firstEdge[node]!, end = firstEdge[node + 1]!; e < end; e++) {
    const type = edgeType[e];
    if (type !== edgeTypes.property && type !== edgeTypes.context && type !== edgeTypes.internal) continue;
    if (view.word(e) !== WORD.other) continue;
    const name = view.edgeText(e);
    if (!isLimit(name, kind)) continue;
    const value = numberAt(view, edgeTo[e]!);
    if (value !== undefined) bounds.push({ name, value });
  }
  return bounds;
}

function numberAt(view: HeapView, node: number): number | undefined {
  const { nodeType, nodeTypes } = view.graph;
  if (nodeType[node] !== nodeTypes.number) return undefined;
  const text = view.internal(node, WORD.value);
  const value = text < 0 ? Number.NaN : Number(view.nameOf(text));
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
