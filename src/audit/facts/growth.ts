/** Whether a store grows without end: what is put in, how often, and whether anything ever leaves. */
import { ancestors, functionAround, isInside, lastName } from '../ast/look.ts';
import { bare, is, isFunction, type Node } from '../ast/nodes.ts';
import type { FileFacts } from './file-facts.ts';
import {
  isBoundedKey,
  isFilling,
  isLongLived,
  isPerUseKey,
  isRegistration,
  isShortLived,
  isUnboundedKey,
} from './names.ts';
import { type Addition, isConstantKey, type Store, type StoreUse } from './stores.ts';
import { homeOf, isModuleLevel } from './variables.ts';

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
    const sure = holder === 'low' && isPerEvent(facts, addition) ? 'high' : holder;
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
    (fn?.async === true || /^[_#]?(?:on|handle|process|receive|dispatch)[A-Z]/.test(name))
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
  return /middleware|limiter|server|service|cache|manager|^(?:rate|throttle|session)/i.test(name) ? 'high' : 'none';
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
  if (isRegistration(around)) return 'none';
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

/** The name of the nearest function around that has one, handlers of events taken as nameless. */
function functionNameAround(facts: FileFacts, node: Node): string {
  for (let fn = functionAround(node); fn !== undefined; fn = functionAround(fn)) {
    const name = facts.repetition.nameOf(fn);
    if (name !== undefined) return /^[_#]?(?:on|handle)[A-Z]/.test(name) ? '' : name;
  }
  return '';
}

/** Arrays are mostly results under construction: only what comes in with an event, or with a name that says so, counts. */
function arrayConfidence(facts: FileFacts, { owner }: Store, { value }: Addition, isRegistering: boolean): Confidence {
  if (value?.type === 'ThisExpression') return 'high';
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
