/**
 * Stores: the variables and fields that collections live in, and all that a file does with each.
 *
 * Additions are taken only where it is certain which store is meant. What takes away, replaces, measures or hands out
 * a store is taken leniently, by its name: a store of which a file says too little is nobody's finding.
 */
import { dotted, functionAround, lastName, propertyName, textOf } from '../ast/look.ts';
import { bare, is, type Node, useOf } from '../ast/nodes.ts';
import type { Variable } from '../ast/source.ts';
import type { ClassFacts, Classes } from './classes.ts';
import { declaredFields } from './lifetimes.ts';
import type { Places } from './places.ts';
import { kindOf, type StoreKind } from './store-kinds.ts';
import { type Addition, additionBy, isDeclaration, isEscape, isObjectPart, isReduction } from './store-uses.ts';
import type { Tree } from './tree.ts';
import { homeOf, initOf, isModuleLevel, type Variables } from './variables.ts';

/** What a store belongs to. */
export type StoreOwner =
  | { readonly of: 'module'; readonly variable: Variable }
  | { readonly of: 'closure'; readonly variable: Variable }
  | { readonly of: 'class'; readonly facts: ClassFacts };

export interface Store {
  readonly place: string;
  readonly name: string;
  readonly kind: StoreKind;
  readonly owner: StoreOwner;
  /** Where it is made. */
  readonly made: Node;
}

/** What a file does with a store. */
export interface StoreUse {
  readonly store: Store;
  readonly additions: readonly Addition[];
  /** Deletes, clears, replacements, tests of the size. */
  readonly reductions: readonly Node[];
  /** Places where somebody else gets hold of it. */
  readonly escapes: readonly Node[];
  readonly reads: readonly Node[];
}

export class Stores {
  readonly uses: readonly StoreUse[];
  readonly #tree: Tree;
  readonly #variables: Variables;
  readonly #classes: Classes;
  readonly #places: Places;

  constructor(sources: {
    readonly tree: Tree;
    readonly variables: Variables;
    readonly classes: Classes;
    readonly places: Places;
  }) {
    this.#tree = sources.tree;
    this.#variables = sources.variables;
    this.#classes = sources.classes;
    this.#places = sources.places;
    const stores = new Map([...this.#find()].map((store) => [store.place, store]));
    this.uses = this.#useAll(stores);
  }

  *#find(): Generator<Store> {
    yield* this.#ofDeclarations();
    yield* this.#ofFields();
    yield* this.#ofAssignments();
  }

  *#ofDeclarations(): Generator<Store> {
    for (const declarator of this.#tree.nodes('VariableDeclarator')) {
      const variable = this.#variables.of(declarator.id);
      const init = variable === undefined ? undefined : initOf(variable);
      if (variable !== undefined && init !== undefined) yield* this.#ofVariable(variable, init);
    }
  }

  *#ofFields(): Generator<Store> {
    for (const facts of this.#classes.all) {
      for (const { name, value, isStatic } of declaredFields(facts)) {
        const owner =
          isStatic && facts.variable !== undefined ? ({ of: 'module', variable: facts.variable } as const) : undefined;
        yield* this.#ofField(facts, `${facts.key}.${name}`, value, owner);
      }
    }
  }

  *#ofAssignments(): Generator<Store> {
    for (const { left, right } of this.#tree.nodes('AssignmentExpression')) {
      const target = bare(left);
      if (!is(target, 'MemberExpression')) continue;
      yield* this.#ofStatic(target, right);
      const facts = this.#classes.ofThis(target);
      const place = facts === undefined ? undefined : this.#places.of(target);
      if (facts !== undefined && place?.startsWith(`${facts.key}.`) === true) yield* this.#ofField(facts, place, right);
    }
  }

  /** `Registry.entries = new Map()` beside the class. */
  *#ofStatic(target: Node & { readonly object: Node }, value: Node): Generator<Store> {
    const variable = functionAround(target) === undefined ? this.#variables.of(bare(target.object)) : undefined;
    const holder = variable === undefined ? undefined : this.#classes.ofVariable(variable);
    const name = propertyName(target);
    if (variable === undefined || holder === undefined || holder.kind === 'object') return;
    if (name === undefined || name === 'prototype') return;
    yield* this.#ofField(holder, `${holder.key}.${name}`, value, { of: 'module', variable });
  }

  *#ofVariable(variable: Variable, init: Node): Generator<Store> {
    const of = isModuleLevel(variable) ? 'module' : homeOf(variable) !== undefined ? 'closure' : undefined;
    if (of === undefined) return;
    const place = this.#places.ofVariable(variable);
    const kind = kindOf(init);
    if (kind !== undefined) yield { place, name: variable.name, kind, owner: { of, variable }, made: init };
    if (!is(init, 'ObjectExpression')) return;
    for (const property of init.properties) {
      const inner = is(property, 'Property') ? bare(property.value) : undefined;
      const innerKind = inner === undefined ? undefined : kindOf(inner);
      const name = is(property, 'Property') ? lastName(property.key) : undefined;
      if (inner === undefined || innerKind === undefined || name === undefined) continue;
      yield {
        place: `${place}.${name}`,
        name: `${variable.name}.${name}`,
        kind: innerKind,
        owner: { of, variable },
        made: inner,
      };
    }
  }

  *#ofField(facts: ClassFacts, place: string, value: Node, owner?: StoreOwner): Generator<Store> {
    const kind = kindOf(lastAssigned(value));
    if (kind === undefined) return;
    const field = place.slice(place.indexOf('.') + 1);
    const name = owner === undefined ? `this.${field}` : `${facts.name ?? 'class'}.${field}`;
    yield { place, name, kind, owner: owner ?? { of: 'class', facts }, made: value };
  }

  #useAll(stores: ReadonlyMap<string, Store>): StoreUse[] {
    const facts = new Map<string, { additions: Addition[]; reductions: Node[]; escapes: Node[]; reads: Node[] }>();
    const byName = new Map<string, Store[]>();
    for (const store of stores.values()) {
      facts.set(store.place, { additions: [], reductions: [], escapes: [], reads: [] });
      const name = store.place.slice(store.place.lastIndexOf('.') + 1);
      byName.set(name, [...(byName.get(name) ?? []), store]);
    }
    for (const node of [...this.#tree.nodes('Identifier'), ...this.#tree.nodes('MemberExpression')]) {
      const place = this.#places.of(node);
      const exact = place === undefined ? undefined : stores.get(place);
      if (exact !== undefined) this.#note(node, exact, facts.get(exact.place)!);
      else if (is(node, 'MemberExpression')) {
        for (const store of byName.get(propertyName(node) ?? '') ?? []) noteStranger(node, facts.get(store.place)!);
      }
    }
    return [...stores.values()].map((store) => ({ store, ...facts.get(store.place)! }));
  }

  #note(
    node: Node,
    store: Store,
    uses: { additions: Addition[]; reductions: Node[]; escapes: Node[]; reads: Node[] },
  ): void {
    const { user, child } = useOf(node);
    if (user === undefined || isDeclaration(user, child) || isObjectPart(user, child)) return;
    const addition = additionBy(user, child, store.kind) ?? this.#renewedWithMore(user, child, store);
    if (addition !== undefined) uses.additions.push(addition);
    else if (isReduction(user, child, node)) uses.reductions.push(node);
    else if (isEscape(user, child)) uses.escapes.push(node);
    else uses.reads.push(node);
  }

  /** `list = [...list, value]`: a copy with one more. */
  #renewedWithMore(user: Node, child: Node, store: Store): Addition | undefined {
    if (!is(user, 'AssignmentExpression') || user.left !== child || user.operator !== '=') return undefined;
    const copy = bare(user.right);
    if (store.kind !== 'array' || !is(copy, 'ArrayExpression')) return undefined;
    const [more] = copy.elements.filter((element) => element !== null && element.type !== 'SpreadElement');
    const isCopy = copy.elements.some(
      (element) => is(element, 'SpreadElement') && this.#places.of(element.argument) === store.place,
    );
    return isCopy && more !== null && more !== undefined
      ? { node: user, key: bare(more), value: bare(more), isKeyed: false }
      : undefined;
  }
}

function lastAssigned(node: Node): Node {
  let value = bare(node);
  while (is(value, 'AssignmentExpression')) value = bare(value.right);
  return is(value, 'LogicalExpression') ? bare(value.right) : value;
}

/** What a file does with a field of that name on an object that it cannot tell. */
function noteStranger(node: Node, uses: { reductions: Node[]; escapes: Node[] }): void {
  const { user, child } = useOf(node);
  if (user === undefined) return;
  if (isReduction(user, child, node)) uses.reductions.push(node);
}

/** Whether a key is one of a fixed few: written out, or a constant. */
export function isConstantKey(key: Node): boolean {
  const text = textOf(key);
  if (text !== undefined || is(key, 'Literal')) return true;
  const name = dotted(key);
  return name !== undefined && /(?:^|\.)[A-Z][A-Z0-9_]*$/.test(name);
}
