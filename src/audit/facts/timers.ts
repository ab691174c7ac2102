/** Timers that are set and cleared, and where their handles go. */
import { calledName, isDropped, lastName, methodCall, propertyName } from '../ast/look.ts';
import { bare, type CallNode, is, isFunction, type Node, useOf } from '../ast/nodes.ts';
import type { Variable } from '../ast/source.ts';
import type { Places } from './places.ts';
import type { Tree } from './tree.ts';
import type { Variables } from './variables.ts';

export interface TimerSite {
  readonly call: CallNode;
  readonly kind: 'timeout' | 'interval';
  readonly callback: Node;
  readonly delay: Node | undefined;
  /** What becomes of the handle. */
  readonly handle: TimerHandle;
  readonly isUnref: boolean;
}

export type TimerHandle =
  | { readonly to: 'nobody' }
  | { readonly to: 'variable'; readonly variable: Variable }
  /** Assigned to a field or another named place. */
  | { readonly to: 'place'; readonly place: string | undefined; readonly target: Node; readonly name: string }
  /** Returned, passed on, put into something. */
  | { readonly to: 'elsewhere' };

export interface ClearSite {
  readonly call: CallNode;
  readonly target: Node;
}

const SETTING: Readonly<Record<string, TimerSite['kind']>> = { setTimeout: 'timeout', setInterval: 'interval' };
const CLEARING: ReadonlySet<string> = new Set(['clearTimeout', 'clearInterval', 'clearImmediate']);
const CLEARING_METHODS: ReadonlySet<string> = new Set(['close', 'cancel', 'stop', 'clear', 'refresh', 'unref']);

export class Timers {
  readonly set: readonly TimerSite[];
  readonly cleared: readonly ClearSite[];
  readonly #places: Places;
  readonly #variables: Variables;

  constructor(tree: Tree, places: Places, variables: Variables) {
    this.#places = places;
    this.#variables = variables;
    const calls = tree.nodes('CallExpression');
    this.set = calls.flatMap((call) => this.#setBy(call) ?? []);
    this.cleared = calls.flatMap((call) => clearedBy(call) ?? []);
  }

  /** Everything that clears the timers of a place, whichever object it is reached through. */
  clearsOf(name: string): readonly ClearSite[] {
    const plain = name.replace(/^[_#]/, '');
    return this.cleared.filter(({ target }) => lastName(target)?.replace(/^[_#]/, '') === plain);
  }

  /** Whether a local handle is cleared, or given to somebody who may clear it. */
  isReleased(variable: Variable): boolean {
    return variable.references.some(({ identifier, init }) => init !== true && this.#isRelease(identifier));
  }

  #isRelease(identifier: Node): boolean {
    const { user, child } = useOf(identifier);
    if (is(user, 'AssignmentExpression') && user.left === child) return false;
    if (is(user, 'MemberExpression') && user.object === child) {
      return propertyName(user) !== 'unref' && propertyName(user) !== 'ref' && propertyName(user) !== 'hasRef';
    }
    if (is(user, 'UnaryExpression') || is(user, 'BinaryExpression') || is(user, 'IfStatement')) return false;
    return !is(user, 'ExpressionStatement');
  }

  #setBy(call: CallNode): TimerSite | undefined {
    const kind = SETTING[calledName(call) ?? ''];
    const [callback, delay] = call.arguments;
    if (kind === undefined || callback === undefined || this.#isShadowed(call)) return undefined;
    const { holder, isUnref } = throughUnref(call);
    return { call, kind, callback: bare(callback), delay, handle: this.#handleOf(holder), isUnref };
  }

  /** `setTimeout` of `node:timers/promises` gives a promise, and one of the file's own may do anything. */
  #isShadowed(call: CallNode): boolean {
    const variable = this.#variables.of(bare(call.callee));
    const [definition] = variable?.defs ?? [];
    if (definition === undefined) return false;
    const source = definition.type === 'ImportBinding' ? definition.parent : undefined;
    return !(is(source, 'ImportDeclaration') && /^(?:node:)?timers$/.test(String(source.source.value)));
  }

  #handleOf(holder: Node): TimerHandle {
    if (isDropped(holder)) return { to: 'nobody' };
    const { user } = useOf(holder);
    if (is(user, 'VariableDeclarator') && is(user.id, 'Identifier')) return this.#toVariable(user.id);
    if (is(user, 'AssignmentExpression')) {
      const target = bare(user.left);
      if (is(target, 'Identifier')) return this.#toVariable(target);
      const name = propertyName(target);
      if (name !== undefined) return { to: 'place', place: this.#places.of(target), target, name };
    }
    if (isFunction(user) && user.type === 'ArrowFunctionExpression' && !isValueUsed(user)) return { to: 'nobody' };
    return { to: 'elsewhere' };
  }

  #toVariable(identifier: Node): TimerHandle {
    const variable = this.#variables.of(identifier);
    return variable === undefined ? { to: 'elsewhere' } : { to: 'variable', variable };
  }
}

/** `setInterval(...).unref()` is still the timer. */
function throughUnref(call: CallNode): { readonly holder: Node; readonly isUnref: boolean } {
  const { user } = useOf(call);
  const outer = user?.parent;
  if (is(user, 'MemberExpression') && propertyName(user) === 'unref' && is(outer, 'CallExpression')) {
    return { holder: outer, isUnref: true };
  }
  return { holder: call, isUnref: false };
}

/** `(resolve) => setTimeout(resolve, 5)` as the executor of a promise: what it returns is thrown away. */
function isValueUsed(fn: Node): boolean {
  const { user } = useOf(fn);
  return !(is(user, 'NewExpression') && lastName(user.callee) === 'Promise');
}

function clearedBy(call: CallNode): ClearSite | undefined {
  const name = calledName(call) ?? methodCall(call)?.method ?? '';
  const [target] = call.arguments;
  if (target !== undefined && CLEARING.has(name)) return { call, target: bare(target) };
  if (target !== undefined && /^clear|^cancel|^stop/.test(name)) return { call, target: bare(target) };
  const called = methodCall(call);
  if (called === undefined || !CLEARING_METHODS.has(called.method) || called.method === 'unref') return undefined;
  return { call, target: called.receiver };
}

/** The delay in milliseconds where it is written out, products of numbers included. */
export function delayOf(delay: Node | undefined): number | undefined {
  if (delay === undefined) return 0;
  const inner = bare(delay);
  if (is(inner, 'Literal')) return typeof inner.value === 'number' ? inner.value : undefined;
  if (!is(inner, 'BinaryExpression') || inner.operator !== '*') return undefined;
  const [left, right] = [delayOf(inner.left), delayOf(inner.right)];
  return left === undefined || right === undefined ? undefined : left * right;
}
