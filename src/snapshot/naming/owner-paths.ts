import { NONE } from '../graph.ts';
import type { HeapView } from '../view.ts';
import { type ClassNames, isGenericClass, isMapLike } from './class-names.ts';
import type { PathTree } from './cheapest-paths.ts';
import type { EdgeLabels } from './edge-labels.ts';
import type { PlaceText } from './file-names.ts';
import type { KnownPlace } from './known-places.ts';
import type { CodePlace, ScriptPlaces } from './locations.ts';
import { isShortened, type OriginalNames } from './original-names.ts';
import type { Scopes } from './scopes.ts';

/** Paths longer than this are cut: what stands further up says nothing of the owner. */
const LONGEST = 60;
/** Up to this many steps a path may climb past scopes of the runtime in search of one of the program. */
const FAR = 9;
/** Steps, from the owner upwards, that tell whether owners are alike. */
const KEY_STEPS = 4;

const NOWHERE: KnownPlace = { text: '', url: null };

interface Step {
  readonly label: string;
  readonly className: string;
  readonly parent: number;
  readonly isVariable: boolean;
  /** Where an author declared the variable, when its name was shortened. */
  readonly declared: CodePlace | null;
}

/** How a reader finds an object. */
export interface OwnerPath {
  /** Where the path begins: `module src/a.mjs`, `node:events`, `globalThis`; `''` when it is no place with a name. */
  readonly head: string;
  /** Script of the module at which the path begins; `null` when it begins elsewhere. */
  readonly headUrl: string | null;
  /** Variable and properties: `bus._events.tick`. */
  readonly expression: string;
  /** The variable at which the path begins; `''` when it begins at a property. */
  readonly variable: string;
  /** Where that variable is declared in the author's file; `null` unless a source map tells. */
  readonly variablePlace: CodePlace | null;
  /** The last name on the path. */
  readonly lastName: string;
  /** A function in the scope of that variable. */
  readonly scope: { readonly name: string; readonly place: CodePlace | null } | null;
  /** Places of the classes met on the way, of the program, outermost first, at most three. */
  readonly classPlaces: readonly CodePlace[];
  /** One hop an entry, for the retaining path. */
  readonly hops: readonly string[];
  /** The same for owners that sit at the same place in many objects: indexes and keys are left out. */
  readonly key: string;
}

/** Names objects by the cheapest path that leads to them. */
export class OwnerPaths {
  readonly #view: HeapView;
  readonly #places: ScriptPlaces;
  readonly #scopes: Scopes;
  readonly #classes: ClassNames;
  readonly #names: OriginalNames;
  readonly #labels: EdgeLabels;
  readonly #known: ReadonlyMap<number, KnownPlace>;
  readonly #tree: PathTree;
  readonly #placeText: PlaceText;
  readonly #found = new Map<number, OwnerPath>();

  constructor(parts: {
    readonly view: HeapView;
    readonly places: ScriptPlaces;
    readonly scopes: Scopes;
    readonly classes: ClassNames;
    readonly names: OriginalNames;
    readonly labels: EdgeLabels;
    readonly known: ReadonlyMap<number, KnownPlace>;
    readonly tree: PathTree;
    readonly placeText: PlaceText;
  }) {
    this.#view = parts.view;
    this.#places = parts.places;
    this.#scopes = parts.scopes;
    this.#classes = parts.classes;
    this.#names = parts.names;
    this.#labels = parts.labels;
    this.#known = parts.known;
    this.#tree = parts.tree;
    this.#placeText = parts.placeText;
  }

  of(node: number): OwnerPath {
    let path = this.#found.get(node);
    if (path === undefined) {
      path = this.#build(node);
      this.#found.set(node, path);
    }
    return path;
  }

  #build(node: number): OwnerPath {
    const found = this.#climb(node);
    const climbed = { ...found, steps: foldModuleCells(found.steps) };
    const own = this.#scopes.closureIn(node);
    const scope = own >= 0 ? own : climbed.scope;
    const spoken = climbed.steps.filter((step) => step.label !== '');
    const first = spoken[0];
    const scopeName = scope < 0 ? '' : this.#classes.functionName(scope);
    // A scope is reached through any function in it, at random; what is named is the variable in it.
    const isScope = own >= 0;
    return {
      head: isScope && climbed.head === NOWHERE ? this.#scopeText(scope) : climbed.head.text,
      headUrl: climbed.head.url,
      expression: isScope ? '' : expressionOf(spoken),
      variable: !isScope && first?.isVariable === true ? first.label : '',
      variablePlace: isScope ? null : (first?.declared ?? null),
      lastName: climbed.steps.findLast((step) => /^[#$\w]/.test(step.label))?.label ?? '',
      scope: scope < 0 ? null : { name: scopeName, place: this.#places.of(scope) },
      classPlaces: this.#classPlaces(climbed.steps),
      hops: hopsOf(climbed.steps, climbed.head.text || this.#scopeText(scope), (parent) => this.#placeTextOf(parent)),
      key: `${this.#classes.of(node)}|${this.#keyStart(spoken, scope)}${spoken.slice(-KEY_STEPS).map(keyPiece).join('')}`,
    };
  }

  /** Variables of one name in two files are two; in two scopes of one file they are alike: calls of one function. */
  #keyStart(steps: readonly Step[], scope: number): string {
    if (steps[0]?.isVariable !== true || steps.length > KEY_STEPS || scope < 0) return '';
    return `${this.#places.of(scope)?.url ?? ''}|`;
  }

  /** Up the cheapest path, to a place the reader knows or to a variable of the program. */
  #climb(node: number): { steps: Step[]; head: KnownPlace; scope: number } {
    const { edgeType, edgeTypes } = this.#view.graph;
    const steps: Step[] = [];
    let scope = -1;
    let current = node;
    while (current !== 0 && steps.length < LONGEST) {
      const head = this.#known.get(current);
      if (head !== undefined) return { steps, head, scope };
      const edge = this.#tree.via[current]!;
      if (edge === NONE) break;
      const parent = this.#tree.from[current]!;
      if (parent !== 0 && this.#view.isSynthetic(parent)) {
        return { steps, head: { text: this.#view.nameOf(parent), url: null }, scope };
      }
      const isVariable = edgeType[edge] === edgeTypes.context;
      const className = this.#view.isObject(parent) ? this.#classes.of(parent) : '';
      steps.unshift({
        label: isMapLike(className) && !this.#known.has(parent) ? '[key]' : this.#labels.of(edge, parent),
        className,
        parent,
        isVariable,
        declared: null,
      });
      if (isVariable) {
        const found = this.#scopes.closureInOrAround(parent);
        if (found >= 0) scope = found;
        steps[0] = this.#original(steps[0]!, scope);
        if (this.#isEnd(edge, scope, steps.length)) {
          return { steps, head: this.#known.get(parent) ?? NOWHERE, scope };
        }
      }
      current = parent;
    }
    return { steps, head: NOWHERE, scope };
  }

  /** A variable as its author called it. */
  #original(step: Step, scope: number): Step {
    const place = scope < 0 || !isShortened(step.label) ? null : this.#places.ofProgram(scope);
    const found = place === null ? null : this.#names.ofVariable(place, step.label);
    return found === null ? step : { ...step, label: found.name, declared: found.place };
  }

  #isEnd(edge: number, scope: number, length: number): boolean {
    if (length > FAR) return true;
    if (scope < 0 || this.#places.ofProgram(scope) === null) return false;
    return !this.#view.edgeText(edge).startsWith('this');
  }

  /** Where a path begins that ends at a variable of a function: `scope of createRoutes (src/routes.mjs:27)`. */
  #scopeText(scope: number): string {
    if (scope < 0) return '';
    const place = this.#places.ofProgram(scope);
    const name = this.#classes.functionName(scope) || 'a function';
    return place === null ? '' : `scope of ${name} (${this.#placeText(place)})`;
  }

  /** Place of a class of the program; functions carry theirs in their name. */
  #placeTextOf(node: number): string {
    if (!this.#view.isObject(node) || this.#classes.of(node).includes('()')) return '';
    const place = this.#places.ofProgram(node);
    return place === null ? '' : this.#placeText(place);
  }

  #classPlaces(steps: readonly Step[]): CodePlace[] {
    const found: CodePlace[] = [];
    for (const step of steps) {
      if (!this.#view.isObject(step.parent)) continue;
      const place = this.#places.ofProgram(step.parent);
      if (place !== null && !found.some((other) => other.url === place.url && other.line === place.line)) {
        found.push(place);
      }
    }
    return found.slice(-3);
  }
}

/** An exported variable of an ES module lives in a cell of the module's table, not in its scope: one step for a reader. */
function foldModuleCells(steps: readonly Step[]): readonly Step[] {
  const spoken = steps.filter((step) => step.label !== '');
  const at = spoken.findIndex((step) => step.label === '<extension>');
  const name = /^\["([$\w]+)"\]$/.exec(spoken[at + 1]?.label ?? '')?.[1];
  if (at < 0 || name === undefined || spoken[at + 2]?.label !== '<value>') return steps;
  const variable: Step = { ...spoken[at]!, label: name, isVariable: true };
  return [...spoken.slice(0, at), variable, ...spoken.slice(at + 3)];
}

/**
 * Steps written one after the other. A path that begins at no variable begins at the last function or class of a name
 * on it: `createDebug.instances`.
 */
function expressionOf(steps: readonly Step[]): string {
  const begin = steps[0]?.isVariable === true ? -1 : steps.findLastIndex((step) => speakingName(step.className) !== '');
  const root = begin < 0 ? '' : speakingName(steps[begin]!.className);
  const pieces = steps.slice(Math.max(0, begin)).map((step) => asPiece(step.label));
  return `${root}${foldRepeats(pieces).join('')}`.replace(/^\./, '');
}

function asPiece(label: string): string {
  return label.startsWith('[') ? label : `.${label}`;
}

/** Tells owners apart that sit at equal steps in objects of different classes. */
function keyPiece(step: Step): string {
  const label = step.label.startsWith('["') ? '[key]' : step.label;
  return `${speakingName(step.className)}${asPiece(label)}`;
}

/** The name of a function or class that a reader can look for; `''` for those that say nothing. */
function speakingName(className: string): string {
  const functionName = /^([\w$]+)\(\)/.exec(className)?.[1];
  if (functionName !== undefined) return functionName;
  const saysNothing =
    className === 'Promise' ||
    className === 'Module' ||
    className.startsWith('Object ') ||
    !/^[\w$]+$/.test(className) ||
    isGenericClass(className);
  return saysNothing ? '' : className;
}

/** A list walked link by link is written once. */
function foldRepeats(pieces: readonly string[]): string[] {
  const folded: string[] = [];
  for (let i = 0; i < pieces.length; ) {
    let end = i + 1;
    while (end < pieces.length && pieces[end] === pieces[i]) end++;
    const times = end - i;
    if (times > 2) folded.push(`${pieces[i]}(x${times})`);
    else folded.push(...pieces.slice(i, end));
    i = end;
  }
  return folded;
}

function hopsOf(steps: readonly Step[], head: string, placeOf: (node: number) => string): string[] {
  const hops = head === '' ? [] : [head];
  for (const step of steps) {
    if (step.label === '') continue;
    hops.push(step.isVariable ? `variable ${step.label}` : hopText(step.label, step.className, placeOf(step.parent)));
  }
  return withoutRepeats(hops);
}

/** A list walked link by link is one hop. */
export function withoutRepeats(hops: readonly string[]): string[] {
  return hops.filter((hop, i) => hop !== hops[i - 1]);
}

/** One hop of a retaining path: `_events of Stream (src/stream.mjs:12)`. Plain objects are not named, their keys say little. */
export function hopText(label: string, className: string, place: string): string {
  if (className === 'system / Context') return /^[$\w]/.test(label) ? `variable ${label}` : label;
  if (className === '' || className.startsWith('Object')) return label;
  return `${label} of ${className}${place === '' ? '' : ` (${place})`}`;
}
