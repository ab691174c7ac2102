/** Small questions about syntax that need nothing but the node itself and its ancestors. */
import { bare, type CallNode, type FunctionNode, is, isFunction, isLoop, type Node } from './nodes.ts';

/** The nearest function around `node`, `undefined` at the top level of the file. */
export function functionAround(node: Node): FunctionNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) return at;
  return undefined;
}

/** Every ancestor of `node`, the nearest first. */
export function* ancestors(node: Node): Generator<Node> {
  for (let at = node.parent; at; at = at.parent) yield at;
}

/** Whether `node` lies inside `outer` or is it. */
export function isInside(node: Node, outer: Node): boolean {
  return node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1];
}

/** The loop around `node` within the same function. */
export function loopAround(node: Node): Node | undefined {
  for (const at of ancestors(node)) {
    if (isFunction(at)) return undefined;
    if (isLoop(at)) return at;
  }
  return undefined;
}

/** The value of a literal or of a template without holes. */
export function textOf(node: Node | null | undefined): string | undefined {
  if (is(node, 'Literal')) return typeof node.value === 'string' ? node.value : undefined;
  if (is(node, 'TemplateLiteral') && node.expressions.length === 0) {
    const [quasi] = (node as unknown as { quasis: readonly { value: { cooked: string } }[] }).quasis;
    return quasi?.value.cooked;
  }
  return undefined;
}

/** The name of a property that is known without running anything: `a.name`, `a['name']`, `a.#name`. */
export function propertyName(node: Node): string | undefined {
  if (!is(node, 'MemberExpression')) return undefined;
  if (node.computed) return textOf(bare(node.property));
  if (is(node.property, 'PrivateIdentifier')) return `#${node.property.name}`;
  return is(node.property, 'Identifier') ? node.property.name : undefined;
}

/** The name of a key in a class body or an object literal. */
export function keyName(member: { readonly key: Node; readonly computed: boolean }): string | undefined {
  if (is(member.key, 'PrivateIdentifier')) return `#${member.key.name}`;
  if (!member.computed && is(member.key, 'Identifier')) return member.key.name;
  if (is(member.key, 'MemberExpression')) {
    const symbol = propertyName(member.key);
    return symbol === undefined ? undefined : `[Symbol.${symbol}]`;
  }
  return textOf(member.key);
}

/** The last name of an expression: `a.b.c` gives `c`, `f(x)` gives the name of `f`. */
export function lastName(node: Node): string | undefined {
  const inner = bare(node);
  if (is(inner, 'Identifier')) return inner.name;
  if (is(inner, 'MemberExpression')) return propertyName(inner);
  if (is(inner, 'CallExpression') || is(inner, 'NewExpression')) return lastName(inner.callee);
  if (is(inner, 'AwaitExpression')) return lastName(inner.argument);
  return inner.type === 'ThisExpression' ? 'this' : undefined;
}

/** The dotted form of an expression of names (`this.a.b`, `opts.signal`); `undefined` for anything else. */
export function dotted(node: Node): string | undefined {
  const inner = bare(node);
  if (is(inner, 'Identifier')) return inner.name;
  if (inner.type === 'ThisExpression') return 'this';
  if (!is(inner, 'MemberExpression')) return undefined;
  const [object, name] = [dotted(inner.object), propertyName(inner)];
  return object === undefined || name === undefined ? undefined : `${object}.${name}`;
}

/** The method that a call calls, with its receiver: `a.b.on(...)` gives `a.b` and `on`. */
export function methodCall(call: CallNode): { readonly receiver: Node; readonly method: string } | undefined {
  const callee = bare(call.callee);
  const method = propertyName(callee);
  if (method === undefined || !is(callee, 'MemberExpression')) return undefined;
  return { receiver: bare(callee.object), method };
}

/** The called function's plain name, with or without `globalThis.`, `window.`, `global.` or a module before it. */
export function calledName(call: CallNode): string | undefined {
  const callee = bare(call.callee);
  if (is(callee, 'Identifier')) return callee.name;
  const object = is(callee, 'MemberExpression') ? dotted(callee.object) : undefined;
  return object !== undefined && GLOBALS.has(object) ? propertyName(callee) : undefined;
}

const GLOBALS: ReadonlySet<string> = new Set(['globalThis', 'global', 'window', 'self', 'timers']);

/** `Promise.race(...)`, `Object.keys(...)`: whether a call is of this method of this global. */
export function isCallOf(node: Node | null | undefined, object: string, methods: readonly string[]): boolean {
  if (!is(node, 'CallExpression')) return false;
  const called = methodCall(node);
  return called !== undefined && is(called.receiver, 'Identifier') && called.receiver.name === object
    ? methods.includes(called.method)
    : false;
}

/** Whether `node`'s value is thrown away. */
export function isDropped(node: Node): boolean {
  const parent = node.parent;
  if (is(parent, 'ExpressionStatement')) return true;
  if (parent?.type === 'ChainExpression') return isDropped(parent);
  return is(parent, 'UnaryExpression') && parent.operator === 'void' ? isDropped(parent) : false;
}

/** A value without the calls that merely prepare it: `f.bind(this)` gives `f`. */
export function isBindCall(node: Node): node is CallNode {
  return is(node, 'CallExpression') && methodCall(node)?.method === 'bind';
}

/** Where a try statement of the same function around `node` releases things: its `finally`, or its `catch`. */
export function guardsOf(node: Node): { readonly finalizers: Node[]; readonly handlers: Node[] } {
  const finalizers: Node[] = [];
  const handlers: Node[] = [];
  for (const at of ancestors(node)) {
    if (isFunction(at)) break;
    if (!is(at, 'TryStatement')) continue;
    if (at.finalizer && !isInside(node, at.finalizer)) finalizers.push(at.finalizer);
    if (at.handler && isInside(node, at.block)) handlers.push(at.handler);
  }
  return { finalizers, handlers };
}
