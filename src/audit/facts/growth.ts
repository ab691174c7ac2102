/** Whether a store grows without end: what is put in, how often, and whether anything ever leaves. */
import { ancestors, dotted, functionAround, isInside, lastName } from '../ast/look.ts';
import { bare, type FunctionNode, is, isFunction, type Node } from '../ast/nodes.ts';
import type { FileFacts } from './file-facts.ts';
import {
  isBoundedKey,
  isConversion,
  isFilling,
  isLongLived,
  isPerUseKey,
  isRegistration,
  isShortLived,
  isUnboundedKey,
} from './names.ts';
import type { Addition } from './store-uses.ts';
import { isConstantKey, type Store, type StoreUse } from './stores.ts';
import { homeOf, initOf, isModuleLevel, parameterOf } from './variables.ts';

/** How sure it is that a store grows for as long as the process runs. */
export type Confidence = 'high' | 'low' | 'none';

/** An addition that makes the store grow, with how sure that is. */
export interface Growth {
  readonly addition: Addition;
  readonly confidence: Confidence;
}

/** The addition that most surely makes a store grow. */
export function growthOf(facts: FileFacts, use: StoreUse): Growth | undefined {
  const holder = holderConfidence(facts, use.store);
  if (holder === 'none') return undefined;
  const found = use.additions.map((addition) => {
    const isEndless =
      isPerEvent(facts, addition) || isAwaited(facts, addition) || isOutsideMemo(facts, use.store, addition);
    const sure = holder === 'low' && isEndless ? 'high' : holder;
    return { addition, confidence: lower(sure, additionConfidence(facts, use, addition)) };
  });
  return found.find(({ confidence }) => confidence === 'high') ?? found.find(({ confidence }) => confidence === 'low');
}

/** Something new for each request or message, put in by what handles those: that goes on for as long as they come. */
function isPerEvent(facts: FileFacts, { node, key, isKeyed }: Addition): boolean {
  const fn = functionAround(node);
  const name = fn === undefined ? '' : (facts.repetition.nameOf(fn) ?? '');
  return (
    isKeyed &&
    isPerUseKey(lastName(key) ?? '') &&
    (fn?.async === true ||
      (fn !== undefined && isRequestHandler(facts, fn)) ||
      /^[_#]?(?:on|handle|process|receive|dispatch|throttle|limit|track|count|hit|record)(?:[A-Z]|$)/.test(name))
  );
}

/** By an id of something of which there is a new one each time, and that says of what. */
function isKeyedByUse(facts: FileFacts, { key, isKeyed }: Addition): boolean {
  const name = lastName(key) ?? '';
  return isKeyed && isPerUseKey(name) && /[a-z][A-Z]/.test(name) && keyConfidence(facts, key) === 'high';
}

/** What settles a promise, kept until an answer comes: one for each question that was ever asked. */
function isAwaited(facts: FileFacts, { node, value, isKeyed }: Addition): boolean {
  if (!isKeyed || value === undefined) return false;
  const fn = functionAround(node);
  const promise = fn?.parent;
  if (fn === undefined || !is(promise, 'NewExpression') || lastName(promise.callee) !== 'Promise') return false;
  return fn.params.some((parameter) =>
    facts.variables.of(parameter)?.references.some(({ identifier }) => isInside(identifier, value)),
  );
}

/** A table of what was once computed, by the very argument that callers ask with. */
function isOutsideMemo(facts: FileFacts, store: Store, addition: Addition): boolean {
  const variable = facts.variables.of(bare(addition.key));
  if (variable === undefined) return false;
  const computed = initOf(variable);
  const home = is(computed, 'CallExpression') ? functionAround(computed) : parameterOf(variable);
  if (!/cache|memo/i.test(store.name) || !addition.isKeyed || home === undefined) return false;
  const isUnbounded = variable.name === 'key' || keyConfidence(facts, addition.key) === 'high';
  if (!isUnbounded) return false;
  return (
    home === functionAround(addition.node) &&
    (store.owner.of === 'closure' || facts.classes.ofMethod(home) !== undefined)
  );
}

function lower(a: Confidence, b: Confidence): Confidence {
  if (a === 'none' || b === 'none') return 'none';
  return a === 'low' || b === 'low' ? 'low' : 'high';
}

/** How long the store itself lives. */
function holderConfidence(facts: FileFacts, { owner }: Store): Confidence {
  if (owner.of === 'module') return 'high';
  if (owner.of === 'closure') return closureConfidence(facts, owner.variable);
  const { facts: holder } = owner;
  if (holder.kind === 'object') return facts.repetition.isSingleton(holder) ? 'high' : 'none';
  if (holder.name === undefined) return 'none';
  if (facts.repetition.isSingleton(holder)) return 'high';
  if (isShortLived(holder.name) && !facts.teardown.hasFinal(holder)) return 'none';
  return isLongLived(holder.name) || facts.teardown.hasFinal(holder) ? 'high' : 'low';
}

/** Variables of a function that makes something long-lived: a middleware, a server, a plugin. */
function closureConfidence(facts: FileFacts, variable: Parameters<typeof homeOf>[0]): Confidence {
  const home = homeOf(variable);
  if (home === undefined) return 'none';
  const name = facts.repetition.nameOf(home) ?? '';
  if (functionAround(home) !== undefined && !/^(?:create|make)/.test(name)) return 'none';
  return /middleware|limiter|server|service|cache|manager|^(?:rate|throttle|session)/i.test(name)
    ? 'high'
    : isFactory(facts, home)
      ? 'low'
      : 'none';
}

/** A function outside classes that returns what uses its variables later. */
function isFactory(facts: FileFacts, home: FunctionNode): boolean {
  return (
    facts.classes.ofMethod(home) === undefined &&
    facts.tree.nodes('ReturnStatement').some((leave) => functionAround(leave) === home)
  );
}

function additionConfidence(facts: FileFacts, { store }: StoreUse, addition: Addition): Confidence {
  const { node, key } = addition;
  if (facts.repetition.runsOnce(node) || isConstantKey(key)) return 'none';
  const fn = functionAround(node);
  if (fn === undefined || isInConstructor(store, node)) return 'none';
  if (store.owner.of === 'closure' && homeOf(store.owner.variable) === fn) return 'none';
  if (isFilledOnce(node)) return 'none';
  const around = functionNameAround(facts, node);
  if (/deprecat|warn/i.test(store.name)) return 'none';
  if (store.kind !== 'array' && keyConfidence(facts, key) !== 'none' && isMemo(store, addition)) return 'high';
  const isOneEach = store.owner.of === 'module' && isKeyedByUse(facts, addition);
  if (isRegistration(around) && !(isOneEach && isConversion(around))) return 'none';
  if (store.kind === 'array') return arrayConfidence(facts, store, addition, isFilling(around));
  const asKey = keyConfidence(facts, key);
  return asKey === 'high' && isFilling(around) && !isPerUseKey(lastName(key) ?? '') ? 'low' : asKey;
}

/** A table of what was once computed, or of work in hand: by its own name, or by that of its class. */
function isMemo({ name, owner }: Store, { isKeyed }: Addition): boolean {
  if (!isKeyed || owner.of === 'closure') return false;
  const isNamedSo = /cache|memo|seen|visited|known|compiled|lock|mutex|pending|in_?flight/i.test(name);
  return isNamedSo || (owner.of === 'class' && /(?:Cache|Memo|Lock|Mutex)$/.test(owner.facts.name ?? ''));
}

/** A class's own constructor fills its store once for each object. */
function isInConstructor({ owner }: Store, node: Node): boolean {
  return owner.of === 'class' && owner.facts.construct !== undefined && functionAround(node) === owner.facts.construct;
}

/** Loops at the top level, of either form and one inside the other, fill a table. */
function isFilledOnce(node: Node): boolean {
  for (const at of ancestors(node)) {
    if (!isFunction(at)) continue;
    const call = at.parent;
    if (!is(call, 'CallExpression')) return false;
    const isCallee = call.callee === at;
    if (!isCallee && !/^(?:forEach|map|each|filter|reduce)$/.test(lastName(call.callee) ?? '')) return false;
  }
  return true;
}

/** The name of the nearest function around that has one, handlers of events and requests taken as nameless. */
function functionNameAround(facts: FileFacts, node: Node): string {
  for (let fn = functionAround(node); fn !== undefined; fn = functionAround(fn)) {
    const name = facts.repetition.nameOf(fn);
    if (name === undefined && isRequestHandler(facts, fn)) return '';
    if (name !== undefined) return /^[_#]?(?:on|handle)[A-Z]/.test(name) ? '' : name;
  }
  return '';
}

/** Arrays are mostly results under construction: only what comes in with an event, or with a name that says so, counts. */
function arrayConfidence(facts: FileFacts, { owner }: Store, { value }: Addition, isRegistering: boolean): Confidence {
  if (value?.type === 'ThisExpression') return 'high';
  if (value !== undefined && (isStamped(facts, value) || isInRequestHandler(facts, value))) return 'high';
  if (value === undefined || isRegistering) return 'none';
  const name = valueName(value);
  const isEventObject =
    name !== undefined &&
    /^_?(?:req|request|res|response|reply|span|child|proc|worker|instance|socket|conn|connection|client|ws|peer|session|job|event|entry|message|msg|err|error|sample|record|duration|latency|timestamp|metric|stream)$/i.test(
      name,
    );
  if (isEventObject) return owner.of === 'module' || isInEventHandler(facts, value) ? 'high' : 'low';
  return isInEventHandler(facts, value) ? 'low' : 'none';
}

/** `{ at: Date.now(), ... }`: what is stamped with its time is a log, and a log has no end. */
function isStamped(facts: FileFacts, node: Node): boolean {
  const variable = facts.variables.of(node);
  const value = (variable === undefined ? undefined : initOf(variable)) ?? node;
  return (
    is(value, 'ObjectExpression') &&
    value.properties.some((property) => {
      const given = is(property, 'Property') ? bare(property.value) : undefined;
      const stamp = is(given, 'BinaryExpression') ? bare(given.left) : given;
      return (
        (is(stamp, 'CallExpression') && /^(?:Date|performance)\.now$/.test(dotted(stamp.callee) ?? '')) ||
        (is(stamp, 'NewExpression') && lastName(stamp) === 'Date' && stamp.arguments.length === 0)
      );
    })
  );
}

/** An object made by what answers a request, and put in as it is. */
function isInRequestHandler(facts: FileFacts, value: Node): boolean {
  if (!is(value, 'ObjectExpression')) return false;
  for (let fn = functionAround(value); fn !== undefined; fn = functionAround(fn)) {
    if (isRequestHandler(facts, fn)) return true;
  }
  return false;
}

/** Whether a function answers requests or serves connections: it is given one. */
function isRequestHandler(facts: FileFacts, fn: FunctionNode): boolean {
  const [first, second] = fn.params.map((parameter) => lastName(parameter) ?? '');
  if (first === undefined || !/^_?(?:req|request|ctx|context|socket|ws)$/i.test(first)) return false;
  if (second !== undefined && /^_?res(?:ponse)?$/i.test(second)) return true;
  return (
    facts.repetition.isRepeatedCallback(fn) && (second !== undefined || fn.async || facts.lifetimes.isEventHandler(fn))
  );
}

function valueName(value: Node): string | undefined {
  return is(value, 'ObjectExpression') ? undefined : lastName(value);
}

function isInEventHandler(facts: FileFacts, node: Node): boolean {
  for (let fn = functionAround(node); fn !== undefined; fn = functionAround(fn)) {
    if (facts.lifetimes.isEventHandler(fn)) {
      const method = is(fn.parent, 'CallExpression') ? lastName(fn.parent.callee) : undefined;
      return method !== 'forEach' && method !== 'map';
    }
    if (/^(?:on|handle|_on|_handle)[A-Z]/.test(facts.repetition.nameOf(fn) ?? '')) return true;
  }
  return false;
}

/** What a key says of how many of its kind there are. */
function keyConfidence(facts: FileFacts, key: Node): Confidence {
  const inner = bare(key);
  if (inner.type === 'ThisExpression') return 'high';
  if (is(inner, 'TemplateLiteral')) return combined(inner.expressions.map((part) => keyConfidence(facts, part)));
  if (is(inner, 'BinaryExpression'))
    return combined([keyConfidence(facts, inner.left), keyConfidence(facts, inner.right)]);
  if (is(inner, 'UnaryExpression') || is(inner, 'Literal')) return 'none';
  if (is(inner, 'CallExpression')) return callConfidence(facts, inner);
  if (is(inner, 'AwaitExpression')) return keyConfidence(facts, inner.argument);
  if (is(inner, 'LogicalExpression'))
    return combined([keyConfidence(facts, inner.left), keyConfidence(facts, inner.right)]);
  const name = lastName(inner);
  if (name === undefined || isConstantKey(inner)) return 'none';
  if (isBoundedKey(name)) return 'none';
  const variable = facts.variables.of(inner);
  if (variable !== undefined && isModuleLevel(variable)) return 'none';
  if (isLoopVariable(inner, facts)) return 'none';
  const composed = variable === undefined ? undefined : initOf(variable);
  if (is(composed, 'TemplateLiteral') || is(composed, 'BinaryExpression')) return keyConfidence(facts, composed);
  // In a class `key` is what any table calls it, of a fixed few things too; in a module it is a cache's.
  if (name === 'key' && facts.classes.ofThis(key) !== undefined) return 'low';
  return isUnboundedKey(name) ? 'high' : 'low';
}

function callConfidence(
  facts: FileFacts,
  call: Node & { readonly callee: Node; readonly arguments: readonly Node[] },
): Confidence {
  const name = lastName(call.callee) ?? '';
  if (/^(?:typeof|getPrototypeOf|basename|extname|dirname|indexOf)$/.test(name)) return 'none';
  if (
    /hash|key|id$|stringify|digest|uuid|toString|String|join|toHex|toLowerCase|toUpperCase|trim|serialize|encode/i.test(
      name,
    )
  ) {
    const inner =
      is(call.callee, 'MemberExpression') && call.arguments.length === 0
        ? keyConfidence(facts, call.callee.object)
        : 'high';
    return inner;
  }
  return 'low';
}

/** One unbounded part is enough. */
function combined(parts: readonly Confidence[]): Confidence {
  if (parts.includes('high')) return 'high';
  return parts.includes('low') ? 'low' : 'none';
}

/** `for (const key in config) store[key] = ...` copies what there is. */
function isLoopVariable(key: Node, facts: FileFacts): boolean {
  const variable = facts.variables.of(key);
  const definition = variable?.defs[0];
  const declaration = definition?.parent;
  const loop = declaration?.parent;
  return (is(loop, 'ForInStatement') || is(loop, 'ForOfStatement')) && loop.left === declaration && isInside(key, loop);
}
