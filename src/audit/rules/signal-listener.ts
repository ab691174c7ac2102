import { functionAround, lastName, methodCall, textOf } from '../ast/look.ts';
import { bare, type CallNode, is, type Node } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isFresh, type ListenerSite } from '../facts/listeners.ts';
import { initOf, parameterOf } from '../facts/variables.ts';
import { subscriberName } from '../facts/subscriber.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const signalListener: Rule = defineRule(
  'signal-listener',
  {
    family: 'listeners',
    preset: 'recommended',
    description: 'Abort listeners that stay on a signal which outlives the work they were added for',
    messages: {
      leak:
        'The signal `{{signal}}` came from outside and may live long; nothing removes this abort listener when ' +
        '{{subscriber}} ends without being aborted, so each run leaves one. Keep the function, and call ' +
        "`{{signal}}.removeEventListener('abort', listener)` in a `finally`. `once` does not help: it removes only what fires.",
    },
  },
  check,
);

const SIGNAL = /signal$/i;
/** Signals of one request end with it. */
const OF_ONE_REQUEST = /^(?:req|request|c|ctx|context|event|evt|e|ev)$/i;

function* check(facts: FileFacts): Generator<Report> {
  for (const site of facts.listeners.added) {
    if (textOf(site.event) !== 'abort' || !SIGNAL.test(lastName(site.receiver) ?? '')) continue;
    if (!comesFromOutside(facts, site.receiver) || hasOwnSignal(site.options)) continue;
    if (facts.repetition.runsOnce(site.call) || isOwnedForLife(facts, site.call)) continue;
    if (facts.listeners.removalsOf(site).length > 0 || isRemovedFromAlias(facts, site)) continue;
    yield report(facts, site.call, site.receiver);
  }
  for (const call of facts.tree.nodes('CallExpression')) {
    const [signal] = call.arguments;
    if (signal === undefined || lastName(call.callee) !== 'addAbortListener' || !is(call.parent, 'ExpressionStatement'))
      continue;
    if (facts.listeners.removed.some(({ eventText }) => eventText === 'abort')) continue;
    if (comesFromOutside(facts, signal) && !facts.repetition.runsOnce(call)) yield report(facts, call, signal);
  }
}

function report(facts: FileFacts, node: CallNode, signal: Node): Report {
  const data = { signal: facts.textOf(signal), subscriber: subscriberName(facts, node) };
  return { node, messageId: 'leak', data };
}

/**
 * Whether others hold the signal too: what this code made itself, alone or for one request, goes with it.
 * `this.controller.signal`, used in one method after the other, lives as long as the object.
 */
function comesFromOutside(facts: FileFacts, signal: Node): boolean {
  const lifetime = facts.lifetimes.of(signal);
  if (isHandedToCallback(facts, signal)) return false;
  if (lifetime === 'shared' || lifetime === 'process' || lifetime === 'outer')
    return !isOfOneRequest(signal) && !isMadeHere(facts, signal);
  if (/^c\d+\.[^.]+\.signal$/.test(facts.places.of(signal) ?? '')) return true;
  return isGivenByCall(facts, signal);
}

/** `withSignal((signal) => ...)`: whoever calls back made it for that call. */
function isHandedToCallback(facts: FileFacts, signal: Node): boolean {
  let root = bare(signal);
  while (is(root, 'MemberExpression')) root = bare(root.object);
  const variable = facts.variables.of(root);
  const home = variable === undefined ? undefined : parameterOf(variable);
  return home !== undefined && facts.repetition.isRepeatedCallback(home);
}

function isOfOneRequest(signal: Node): boolean {
  const inner = bare(signal);
  return is(inner, 'MemberExpression') && OF_ONE_REQUEST.test(lastName(inner.object) ?? '');
}

/** `new AbortController()`, `AbortSignal.timeout(5)` and `AbortSignal.any([...])` of a function around this one. */
function isMadeHere(facts: FileFacts, signal: Node): boolean {
  const inner = bare(signal);
  const root = is(inner, 'MemberExpression') ? bare(inner.object) : inner;
  const variable = facts.variables.of(root);
  const init = variable === undefined ? undefined : initOf(variable);
  if (init === undefined || facts.lifetimes.of(root) === 'process') return false;
  return is(init, 'NewExpression') || isCombined(init);
}

function isCombined(init: Node): boolean {
  const called = is(init, 'CallExpression') ? methodCall(init) : undefined;
  return called !== undefined && ['timeout', 'any', 'abort'].includes(called.method);
}

/** A signal that a function of somebody else's gave: `getSignal()`, `this.options.getAbortSignal?.()`. */
function isGivenByCall(facts: FileFacts, signal: Node): boolean {
  const variable = facts.variables.of(bare(signal));
  let init = variable === undefined ? undefined : initOf(variable);
  while (is(init, 'LogicalExpression')) init = bare(init.right);
  return is(init, 'CallExpression') && /^get.*Signal$/.test(lastName(init) ?? '');
}

function hasOwnSignal(options: Node | undefined): boolean {
  return (
    is(options, 'ObjectExpression') &&
    options.properties.some((property) => is(property, 'Property') && lastName(property.key) === 'signal')
  );
}

/** A constructor that ties its object to a signal does so once; that is worth a word only where it is taken down. */
function isOwnedForLife(facts: FileFacts, call: CallNode): boolean {
  const fn = functionAround(call);
  const owner = fn === undefined ? undefined : facts.classes.ofMethod(fn);
  return owner !== undefined && owner.construct === fn && !facts.teardown.hasFinal(owner);
}

/** The same function is removed from something of another name, which may well be the same signal. */
function isRemovedFromAlias(facts: FileFacts, site: ListenerSite): boolean {
  return (
    !isFresh(site.handler) &&
    facts.listeners.removed.some(
      ({ handler, receiver }) =>
        handler !== undefined &&
        !facts.listeners.mayMeanSameReceiver(site.receiver, receiver) &&
        facts.listeners.isSameFunction(site.handler, handler),
    )
  );
}
