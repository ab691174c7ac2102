/**
 * How long the thing behind an expression lives, told from one file.
 *
 * | class | what |
 * |---|---|
 * | `process` | `process`, imports, constants of the module |
 * | `outer` | a variable of a function around the one that subscribes: it outlives each of its runs |
 * | `shared` | parameters and what is read from them, fields that were set from them, what a pool lends |
 * | `own` | `this`, fields that the class itself made |
 * | `local` | made by the function that uses it |
 * | `event` | handed to a handler for one event: a request, a connection |
 */
import { ancestors, functionAround, isInside, lastName, methodCall, propertyName } from '../ast/look.ts';
import { bare, type FunctionNode, is, isFunction, type Node, useOf } from '../ast/nodes.ts';
import type { Variable } from '../ast/source.ts';
import type { ClassFacts, Classes } from './classes.ts';
import type { Places } from './places.ts';
import type { Tree } from './tree.ts';
import {
  definitionOf,
  destructuredFrom,
  homeOf,
  initOf,
  isModuleLevel,
  parameterOf,
  type Variables,
} from './variables.ts';

export type Lifetime = 'process' | 'outer' | 'shared' | 'own' | 'local' | 'event' | 'unknown';

const GLOBAL_HOLDERS: ReadonlySet<string> = new Set(['process', 'globalThis', 'global', 'cluster']);

/** Parameters of these names are made for one event wherever they appear. */
const EVENT_NAMES = /^(?:_?req|_?res|request|response|reply|ctx|context|event|evt|ev|e|chunk|c|msg|message|info)$/i;

/** Calls that lend something which others use as well. */
const LENDING = /^(?:acquire|getConnection|checkout|borrow|reserve|getSignal|getAbortSignal)$/;

/** Methods whose callback is called with an object of its own for each event. */
const EVENT_METHODS: ReadonlySet<string> = new Set(
  'on once addListener prependListener addEventListener get post put patch delete head all use route handle createServer createSecureServer Server upgrade ws subscribe forEach map'.split(
    ' ',
  ),
);

const MAX_DEPTH = 6;

export interface LifetimeSources {
  readonly tree: Tree;
  readonly variables: Variables;
  readonly classes: Classes;
  readonly places: Places;
}

export class Lifetimes {
  readonly #sources: LifetimeSources;
  #fieldValues: Map<string, Node[]> | undefined;

  constructor(sources: LifetimeSources) {
    this.#sources = sources;
  }

  /** How long what `node` means lives, seen from the code at `node`. */
  of(node: Node, depth: number = 0): Lifetime {
    if (depth > MAX_DEPTH) return 'unknown';
    const inner = bare(node);
    if (is(inner, 'Identifier')) return this.#ofIdentifier(inner, depth);
    if (inner.type === 'ThisExpression' || inner.type === 'Super') return 'own';
    if (is(inner, 'MemberExpression')) return this.#ofMember(inner, depth);
    if (is(inner, 'LogicalExpression')) {
      const left = this.of(inner.left, depth + 1);
      // `options || {}` is the options wherever there is anything to speak of.
      return is(bare(inner.right), 'ObjectExpression') || left === this.of(inner.right, depth + 1) ? left : 'unknown';
    }
    if (is(inner, 'ConditionalExpression')) {
      const [one, other] = [this.of(inner.consequent, depth + 1), this.of(inner.alternate, depth + 1)];
      if (one === other) return one;
      // Given or made: where it may be the code's own, it is taken as that.
      return one === 'local' || other === 'local' ? 'local' : 'unknown';
    }
    if (is(inner, 'AssignmentExpression')) return this.of(inner.right, depth + 1);
    if (is(inner, 'AwaitExpression')) return this.of(inner.argument, depth + 1);
    if (is(inner, 'CallExpression')) return LENDING.test(lastName(inner) ?? '') ? 'shared' : 'local';
    return is(inner, 'NewExpression') ? 'local' : 'unknown';
  }

  /** Everything that a class assigns to one of its fields, wherever it does. */
  valuesOf(place: string): readonly Node[] {
    return this.#fields().get(place) ?? [];
  }

  /** Whether a function is a handler that gets an object of its own for each event. */
  isEventHandler(fn: FunctionNode): boolean {
    const { user, child } = useOf(fn);
    if (!is(user, 'CallExpression') && !is(user, 'NewExpression')) return false;
    return user.callee !== child && EVENT_METHODS.has(lastName(user.callee) ?? '');
  }

  #ofIdentifier(node: Node & { readonly name: string }, depth: number): Lifetime {
    const variable = this.#sources.variables.of(node);
    if (variable === undefined) return GLOBAL_HOLDERS.has(node.name) ? 'process' : 'unknown';
    if (isModuleLevel(variable)) return 'process';
    const own = this.#ofVariable(variable, depth);
    const home = homeOf(variable);
    const isFarther = home !== undefined && functionAround(node) !== home && isOuterRun(node, home);
    return isFarther && (own === 'local' || own === 'event' || own === 'unknown') ? 'outer' : own;
  }

  #ofVariable(variable: Variable, depth: number): Lifetime {
    const parameterHome = parameterOf(variable);
    if (parameterHome !== undefined) {
      if (this.isEventHandler(parameterHome) || EVENT_NAMES.test(variable.name)) return 'event';
      return isFunction(useOf(parameterHome).user) ? 'unknown' : 'shared';
    }
    const part = destructuredFrom(variable);
    if (part !== undefined) {
      const holder = this.of(part.object, depth + 1);
      return holder === 'own' ? this.#ofField(part.object, part.name, depth) : holder;
    }
    const definition = definitionOf(variable);
    if (definition?.type !== 'Variable') return 'unknown';
    const init = initOf(variable);
    if (init !== undefined) return this.of(init, depth + 1);
    const loop = definition.parent?.parent;
    return is(loop, 'ForOfStatement') && loop.left === definition.parent ? this.of(loop.right, depth + 1) : 'unknown';
  }

  #ofMember(node: Node & { readonly object: Node }, depth: number): Lifetime {
    const name = propertyName(node);
    const holder = this.of(node.object, depth + 1);
    if (holder === 'own' && name !== undefined) return this.#ofField(node.object, name, depth);
    return holder;
  }

  #ofField(object: Node, name: string, depth: number): Lifetime {
    const place = this.#sources.places.of(object);
    if (place === undefined) return 'unknown';
    const values = this.valuesOf(`${place}.${name}`);
    const kinds = values.map((value) => this.#ofFieldValue(value, depth));
    if (kinds.includes('shared')) return 'shared';
    if (kinds.includes('process')) return 'process';
    return kinds.length > 0 && kinds.every((kind) => kind === 'own') ? 'own' : 'unknown';
  }

  /** What the class made itself is its own; what it was given is shared. */
  #ofFieldValue(value: Node, depth: number): Lifetime {
    const kind = this.of(value, depth + 1);
    return kind === 'local' || kind === 'own' ? 'own' : kind;
  }

  #fields(): Map<string, Node[]> {
    if (this.#fieldValues !== undefined) return this.#fieldValues;
    const fields = new Map<string, Node[]>();
    const add = (place: string | undefined, value: Node): void => {
      if (place === undefined || value.type === 'Literal' || dottedUndefined(value)) return;
      const values = fields.get(place);
      if (values === undefined) fields.set(place, [value]);
      else values.push(value);
    };
    const { tree, places, classes } = this.#sources;
    for (const { left, right } of tree.nodes('AssignmentExpression')) {
      if (is(bare(left), 'MemberExpression')) add(places.of(left), bare(right));
    }
    for (const facts of classes.all) this.#addDeclaredFields(facts, add);
    this.#fieldValues = fields;
    return fields;
  }

  #addDeclaredFields(facts: ClassFacts, add: (place: string, value: Node) => void): void {
    for (const { name, value } of declaredFields(facts)) add(`${facts.key}.${name}`, value);
  }
}

function dottedUndefined(value: Node): boolean {
  return is(value, 'Identifier') && value.name === 'undefined';
}

/** Fields with a value in a class body, parameter properties, and the properties of an object with methods. */
export function* declaredFields(facts: ClassFacts): Generator<{
  readonly name: string;
  readonly value: Node;
  readonly isStatic: boolean;
}> {
  const members = is(facts.node, 'ObjectExpression') ? facts.node.properties : classMembers(facts.node);
  for (const member of members) {
    if (!is(member, 'PropertyDefinition') && !is(member, 'Property')) continue;
    const name = nameOfKey(member.key);
    const isStatic = is(member, 'PropertyDefinition') && member.static;
    if (name !== undefined && member.value !== null) yield { name, value: bare(member.value), isStatic };
  }
  for (const parameter of facts.construct?.params ?? []) {
    if (!is(parameter, 'TSParameterProperty')) continue;
    const target = is(parameter.parameter, 'AssignmentPattern') ? parameter.parameter.left : parameter.parameter;
    if (is(target, 'Identifier')) yield { name: target.name, value: target, isStatic: false };
  }
}

function classMembers(node: Node): readonly Node[] {
  const { body } = node as unknown as { readonly body?: { readonly body?: unknown } };
  return Array.isArray(body?.body) ? (body.body as readonly Node[]) : [];
}

function nameOfKey(key: Node): string | undefined {
  if (is(key, 'PrivateIdentifier')) return `#${key.name}`;
  return is(key, 'Identifier') ? key.name : undefined;
}

/** Whether between `node` and the function `home` there is a function that may run often for each run of `home`. */
function isOuterRun(node: Node, home: FunctionNode): boolean {
  for (const at of ancestors(node)) {
    if (at === home) return false;
    if (!isFunction(at) || !isInside(at, home)) continue;
    const { user } = useOf(at);
    if (is(user, 'NewExpression')) continue;
    if (is(user, 'CallExpression') && methodCall(user)?.method === 'then') continue;
    return true;
  }
  return false;
}
