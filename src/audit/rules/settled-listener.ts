import { functionAround, isInside, lastName, textOf } from '../ast/look.ts';
import { type FunctionNode, is, isFunction, type Node } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { ListenerSite } from '../facts/listeners.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';
import { isOneTimeEvent } from './once-pair.ts';

export const settledListener: Rule = defineRule(
  'settled-listener',
  {
    family: 'listeners',
    preset: 'recommended',
    description: 'Listeners that settle a promise and stay after it is settled',
    messages: {
      leak:
        'This {{event}} listener settles the promise and then stays on `{{receiver}}`, one for each call. Keep the function ' +
        'and remove it where it resolves and rejects.',
      generator:
        'When the loop over this generator ends, this {{event}} listener stays on `{{receiver}}`, one for each loop. Keep the ' +
        'function and remove it in a `finally`.',
    },
  },
  check,
);

function* check(facts: FileFacts): Generator<Report> {
  for (const site of facts.listeners.added) {
    const executor = executorAround(site);
    if (executor === undefined) yield* inGenerator(facts, site);
    if (executor === undefined || textOf(site.event) === 'abort') continue;
    if ((site.isOnce || isOneTimeEvent(site)) && !isOneOfManyCalls(facts, site, executor)) continue;
    if (!outlives(facts, site) || facts.repetition.runsOnce(executor) || facts.repetition.isSetUpCode(executor))
      continue;
    if (!settles(facts, site, executor) || isRemoved(facts, site)) continue;
    yield {
      node: site.call,
      messageId: 'leak',
      data: { event: facts.textOf(site.event), receiver: facts.textOf(site.receiver) },
    };
  }
}

/** A generator runs its loop's time, the emitter it listens to longer. */
function* inGenerator(facts: FileFacts, site: ListenerSite): Generator<Report> {
  const fn = functionAround(site.call);
  if (fn?.generator !== true || site.isOnce || textOf(site.event) === 'abort' || !outlives(facts, site)) return;
  if (isRemoved(facts, site) || isOneTimeEvent(site)) return;
  yield {
    node: site.call,
    messageId: 'generator',
    data: { event: facts.textOf(site.event), receiver: facts.textOf(site.receiver) },
  };
}

function executorAround({ call }: ListenerSite): FunctionNode | undefined {
  const fn = functionAround(call);
  const promise = fn?.parent;
  return is(promise, 'NewExpression') && lastName(promise.callee) === 'Promise' && promise.arguments[0] === fn
    ? fn
    : undefined;
}

/**
 * Even a listener that comes once stays when a call is settled by something else: an answer, a callback. So it goes for
 * whatever is called often on an object that keeps its emitter in a field.
 */
function isOneOfManyCalls(facts: FileFacts, site: ListenerSite, executor: FunctionNode): boolean {
  const method = functionAround(executor);
  const name = method === undefined ? undefined : facts.repetition.nameOf(method);
  if (name === undefined || !OFTEN_CALLED.test(name) || !is(site.receiver, 'MemberExpression')) return false;
  if (site.receiver.object.type !== 'ThisExpression') return false;
  const listening = facts.listeners.added.flatMap((other) =>
    other.receiver === site.receiver || facts.places.of(other.receiver) === facts.places.of(site.receiver)
      ? [other.call, facts.listeners.functionOf(other.handler) ?? other.call]
      : [],
  );
  return executor.params.some((parameter) =>
    facts.variables
      .of(parameter)
      ?.references.some(({ identifier }) => !listening.some((node) => isInside(identifier, node))),
  );
}

/** Methods that an object runs again and again, by their names. */
const OFTEN_CALLED =
  /^[_#]?(?:send|write|query|exec|execute|request|call|invoke|publish|emit|ask|run|fetch|get|put|post|read|push|ping|command|rpc|sync|sign|process)(?:[A-Z_]|$)/;

function outlives(facts: FileFacts, { receiver }: ListenerSite): boolean {
  const lifetime = facts.lifetimes.of(receiver);
  const name = lastName(receiver) ?? '';
  if (
    /^(?:req|res|request|response|stream|child|proc|cp|worker|process|xhr|rl|readable|parser|reader|input)$/i.test(name)
  )
    return false;
  return lifetime === 'process' || lifetime === 'shared' || lifetime === 'own';
}

/** Whether the handler is, or calls, what settles the promise. */
function settles(facts: FileFacts, { handler }: ListenerSite, executor: FunctionNode): boolean {
  const fn = facts.listeners.functionOf(handler);
  return executor.params.some((parameter) => {
    const uses = facts.variables.of(parameter)?.references ?? [];
    return uses.some(({ identifier }) => identifier === handler || (isFunction(fn) && isInside(identifier, fn)));
  });
}

function isRemoved(facts: FileFacts, site: ListenerSite): boolean {
  const fn: Node | undefined = facts.listeners.functionOf(site.handler);
  return facts.listeners.removed.some(
    (removal) =>
      facts.listeners.mayMeanSameReceiver(site.receiver, removal.receiver) &&
      (facts.listeners.mayMeanSameEvent(site, removal) || (fn !== undefined && isInside(removal.call, fn))),
  );
}
