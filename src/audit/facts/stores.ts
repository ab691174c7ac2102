/**
 * Stores: the variables and fields that collections live in, and all that a file does with each.
 *
 * Additions are taken only where it is certain which store is meant. What takes away, replaces, measures or hands out
 * a store is taken leniently, by its name: a store of which a file says too little is nobody's finding.
 */
import { dotted, functionAround, lastName, methodCall, propertyName, textOf } from '../ast/look.ts';
import { bare, type CallNode, is, isFunction, type Node, useOf } from '../ast/nodes.ts';
import type { Variable } from '../ast/source.ts';
import type { ClassFacts, Classes } from './classes.ts';
import { declaredFields } from './lifetimes.ts';
import type { Places } from './places.ts';
import type { Tree } from './tree.ts';
import { homeOf, initOf, isModuleLevel, type Variables } from './variables.ts';

export type StoreKind = 'Map' | 'Set' | 'array' | 'object';

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

export interface Addition {
  readonly node: Node;
  /** The key, or the value where the store has no keys. */
  readonly key: Node;
  readonly value: Node | undefined;
  readonly isKeyed: boolean;
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

type NodeAssignment = Node & { readonly right: Node; readonly operator: string };

const REDUCING: ReadonlySet<string> = new Set(
  'delete clear splice shift pop remove evict prune reset trim del unset purge expire'.split(' '),
);
const MEASURES: ReadonlySet<string> = new Set(['size', 'length', 'byteLength']);
/** Calls that read what they are given and keep nothing. */
const READERS =
  /^(?:keys|values|entries|stringify|from|isArray|log|debug|info|warn|error|inspect|String|Boolean|all|allSettled|race|any|isEmpty|each|forEach|map|some|every|find|filter|has|hasOwn|includes|format|freeze|assert|ok|equal|Set|Map|concat|getOwnPropertyNames|size|max|min|sum)$/;

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
    for (const declarator of this.#tree.nodes('VariableDeclarator')) {
      const variable = this.#variables.of(declarator.id);
      const init = variable === undefined ? undefined : initOf(variable);
      if (variable !== undefined && init !== undefined) yield* this.#ofVariable(variable, init);
    }
    for (const facts of this.#classes.all) {
      for (const { name, value, isStatic } of declaredFields(facts)) {
        const owner =
          isStatic && facts.variable !== undefined ? ({ of: 'module', variable: facts.variable } as const) : undefined;
        yield* this.#ofField(facts, `${facts.key}.${name}`, value, owner);
      }
    }
    for (const { left, right } of this.#tree.nodes('AssignmentExpression')) {
      const target = bare(left);
      if (!is(target, 'MemberExpression')) continue;
      const named = functionAround(target) === undefined ? this.#variables.of(bare(target.object)) : undefined;
      const holder = named === undefined ? undefined : this.#classes.ofVariable(named);
      if (named !== undefined && holder !== undefined && holder.kind !== 'object') {
        const name = propertyName(target);
        const own = { of: 'module', variable: named } as const;
        if (name !== undefined && name !== 'prototype')
          yield* this.#ofField(holder, `${holder.key}.${name}`, right, own);
      }
      const facts = this.#classes.ofThis(target);
      const place = facts === undefined ? undefined : this.#places.of(target);
      if (facts !== undefined && place?.startsWith(`${facts.key}.`) === true) yield* this.#ofField(facts, place, right);
    }
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
    const addition = additionBy(user, child, store) ?? this.#renewedWithMore(user, child, store);
    if (addition !== undefined) uses.additions.push(addition);
    else if (isReduction(user, child, node)) uses.reductions.push(node);
    else if (this.#isEscape(user, child)) uses.escapes.push(node);
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

  #isEscape(user: Node, child: Node): boolean {
    if (is(user, 'CallExpression') || is(user, 'NewExpression')) {
      return user.callee !== child && !READERS.test(lastName(user.callee) ?? '');
    }
    if (is(user, 'VariableDeclarator')) return !is(user.id, 'Identifier') && !is(user.id, 'ObjectPattern');
    if (is(user, 'Property')) return user.value === child;
    return (
      is(user, 'ReturnStatement') ||
      (is(user, 'AssignmentExpression') && user.right === child) ||
      is(user, 'ArrayExpression') ||
      is(user, 'ExportDefaultDeclaration') ||
      user.type === 'ExportSpecifier' ||
      user.type === 'YieldExpression' ||
      user.type === 'ArrowFunctionExpression' ||
      user.type === 'JSXExpressionContainer' ||
      is(user, 'AssignmentPattern') ||
      is(user, 'ConditionalExpression')
    );
  }
}

/** The kind of collection that an expression makes, empty or not. */
export function kindOf(node: Node): StoreKind | undefined {
  const inner = bare(node);
  if (is(inner, 'NewExpression')) {
    const name = is(inner.callee, 'Identifier') ? inner.callee.name : undefined;
    if (name === 'Map' || name === 'Set')
      return inner.arguments.length === 0 || isEmpty(inner.arguments[0]!) ? name : undefined;
    return name === 'Array' && inner.arguments.length === 0 ? 'array' : undefined;
  }
  if (is(inner, 'ArrayExpression')) return inner.elements.length === 0 ? 'array' : undefined;
  if (is(inner, 'ObjectExpression')) return inner.properties.length === 0 ? 'object' : undefined;
  if (!is(inner, 'CallExpression')) return undefined;
  const [first] = inner.arguments;
  const isBareObject = dotted(inner.callee) === 'Object.create' && is(first, 'Literal') && first.value === null;
  return isBareObject ? 'object' : undefined;
}

function isEmpty(node: Node): boolean {
  const inner = bare(node);
  return (
    (is(inner, 'ArrayExpression') && inner.elements.length === 0) || (is(inner, 'Literal') && inner.value === null)
  );
}

function lastAssigned(node: Node): Node {
  let value = bare(node);
  while (is(value, 'AssignmentExpression')) value = bare(value.right);
  return is(value, 'LogicalExpression') ? bare(value.right) : value;
}

function additionBy(user: Node, child: Node, store: Store): Addition | undefined {
  if (!is(user, 'MemberExpression') || user.object !== child) return undefined;
  const outer = useOf(user);
  if (is(outer.user, 'CallExpression') && outer.user.callee === outer.child) return addedByCall(outer.user, store.kind);
  if (!user.computed || !is(outer.user, 'AssignmentExpression') || outer.user.left !== outer.child) return undefined;
  if (store.kind !== 'object' && store.kind !== 'array') return undefined;
  const { right } = outer.user;
  return isNothing(right)
    ? undefined
    : { node: outer.user, key: bare(user.property), value: bare(right), isKeyed: true };
}

function addedByCall(call: CallNode, kind: StoreKind): Addition | undefined {
  const method = methodCall(call)?.method;
  const [first, second] = call.arguments;
  if (first === undefined) return undefined;
  if (kind === 'Map' && method === 'set') {
    return { node: call, key: bare(first), value: second === undefined ? undefined : bare(second), isKeyed: true };
  }
  const isAdded =
    (kind === 'Set' && method === 'add') || (kind === 'array' && (method === 'push' || method === 'unshift'));
  return isAdded ? { node: call, key: bare(first), value: bare(first), isKeyed: kind === 'Set' } : undefined;
}

/** Whether a use takes something away, replaces the store, or asks how large it is. */
function isReduction(user: Node, child: Node, node: Node): boolean {
  if (is(user, 'AssignmentExpression')) return user.left === child && !isFirstAssignment(user, node);
  if (is(user, 'UnaryExpression')) return user.operator === 'delete';
  if (!is(user, 'MemberExpression') || user.object !== child) return is(user, 'ForInStatement') && user.left === child;
  const name = propertyName(user);
  const outer = useOf(user);
  if (name !== undefined && MEASURES.has(name)) return isMeasured(outer.user, outer.child);
  if (is(outer.user, 'CallExpression') && outer.user.callee === outer.child)
    return name !== undefined && REDUCING.has(name);
  if (is(outer.user, 'UnaryExpression')) return outer.user.operator === 'delete';
  if (is(outer.user, 'AssignmentExpression') && outer.user.left === outer.child && user.computed) {
    return isNothing(outer.user.right);
  }
  return false;
}

/** `undefined` and `null`, which stand for an entry that is gone. */
function isNothing(node: Node): boolean {
  return (is(node, 'Identifier') && node.name === 'undefined') || (is(node, 'Literal') && node.value === null);
}

/** `x.length > 10`, `x.length = 0`: compared with something else than nothing, or set. */
function isMeasured(user: Node | undefined, child: Node): boolean {
  if (is(user, 'AssignmentExpression')) return user.left === child;
  if (!is(user, 'BinaryExpression')) return false;
  if (!/^(?:[<>]=?|===?)$/.test(user.operator)) return false;
  const other = user.left === child ? user.right : user.left;
  const isLoopTest = user.parent?.type === 'ForStatement';
  return !isLoopTest && !(is(other, 'Literal') && (other.value === 0 || other.value === 1));
}

/** The assignment that makes the store in the first place, in a constructor or guarded by its absence. */
function isFirstAssignment(assignment: NodeAssignment, node: Node): boolean {
  if (assignment.operator === '??=' || assignment.operator === '||=') return true;
  if (kindOf(assignment.right) === undefined) return is(bare(assignment.right), 'LogicalExpression');
  const fn = functionAround(node);
  if (fn === undefined) return true;
  const parent = fn.parent;
  return is(parent, 'MethodDefinition')
    ? parent.kind === 'constructor'
    : fn.id !== null && /^[A-Z]/.test(fn.id?.name ?? '');
}

/** What a file does with a field of that name on an object that it cannot tell. */
function noteStranger(node: Node, uses: { reductions: Node[]; escapes: Node[] }): void {
  const { user, child } = useOf(node);
  if (user === undefined) return;
  if (isReduction(user, child, node)) uses.reductions.push(node);
}

function isDeclaration(user: Node, child: Node): boolean {
  if (is(user, 'VariableDeclarator'))
    return user.id === child || is(user.id, 'Identifier') || is(user.id, 'ObjectPattern');
  return is(user, 'PropertyDefinition') || isFunction(user);
}

/** The name in `a.name` and the key in `{ name: 1 }` are no uses of a variable. */
function isObjectPart(user: Node, child: Node): boolean {
  if (is(user, 'MemberExpression')) return user.property === child && !user.computed;
  return is(user, 'Property') && user.key === child && user.value !== child;
}

/** Whether a key is one of a fixed few: written out, or a constant. */
export function isConstantKey(key: Node): boolean {
  const text = textOf(key);
  if (text !== undefined || is(key, 'Literal')) return true;
  const name = dotted(key);
  return name !== undefined && /(?:^|\.)[A-Z][A-Z0-9_]*$/.test(name);
}
