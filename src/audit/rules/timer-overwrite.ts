import { ancestors, functionAround, isInside, lastName } from '../ast/look.ts';
import { bare, is, isFunction, type Node, useOf } from '../ast/nodes.ts';
import type { ClassFacts } from '../facts/classes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isSetUp } from '../facts/names.ts';
import { isGuarded } from '../facts/subscriber.ts';
import type { TimerSite } from '../facts/timers.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const timerOverwrite: Rule = defineRule(
  'timer-overwrite',
  {
    family: 'timers',
    preset: 'recommended',
    description: 'Handles of running timers that are overwritten, so that nothing can stop those timers',
    messages: {
      leak:
        'Called twice, `{{method}}()` overwrites `{{handle}}` while the first {{kind}} still runs, and nothing can stop ' +
        'that one any more. Clear `{{handle}}` before, or return when it is set.',
    },
  },
  check,
);

function* check(facts: FileFacts): Generator<Report> {
  for (const site of facts.timers.set) {
    const owner = facts.classes.ofThis(site.call);
    const { handle } = site;
    if (owner === undefined || handle.to !== 'place' || handle.place === undefined) continue;
    const method = methodAround(facts, owner, site.call);
    if (method === undefined || !isCalledAgain(facts, owner, method, site)) continue;
    if (facts.timers.clearsOf(handle.name).length === 0) continue;
    if (isSetOnce(site) || isClearedBefore(facts, site, handle.name) || isChain(facts, site, handle.name)) continue;
    if (isGuarded(site.call, (test) => asksFirst(facts, test, handle.name, functionAround(site.call)!))) continue;
    yield {
      node: site.call,
      messageId: 'leak',
      data: { method, handle: facts.textOf(handle.target), kind: site.kind },
    };
  }
}

/** The method whose own code sets the timer, `undefined` for constructors. */
function methodAround(facts: FileFacts, owner: ClassFacts, call: Node): string | undefined {
  const fn = functionAround(call);
  const name = fn === undefined ? undefined : facts.repetition.nameOf(fn);
  return fn !== undefined && fn !== owner.construct && facts.classes.ofMethod(fn) === owner ? name : undefined;
}

/** Ends and reconnects come more than once; starts come once, but an interval lost there never ends. */
function isCalledAgain(facts: FileFacts, owner: ClassFacts, method: string, site: TimerSite): boolean {
  if (facts.repetition.isSingleton(owner) && isSetUp(method)) return false;
  if (site.kind === 'timeout')
    return /^[_#]?(?:on_?)?(?:terminate|close|disconnect|destroy|end|shutdown|kill|abort|reconnect|schedule|reset|refresh|keepAlive|heartbeat|ping|add|push|enqueue|write|send|touch|update|queue|mark|record)/i.test(
      method,
    );
  return /^[_#]?(?:reconnect|resume|schedule|reset|refresh|connect|poll|keepAlive|heartbeat|ping|on[A-Z])/.test(method);
}

/** `this.timer ??= setTimeout(...)` overwrites nothing. */
function isSetOnce({ call }: TimerSite): boolean {
  const { user } = useOf(call);
  return is(user, 'AssignmentExpression') && user.operator !== '=';
}

/** Whether something in the same function, or a method that it calls first, clears the handle. */
function isClearedBefore(facts: FileFacts, site: TimerSite, name: string): boolean {
  const fn = functionAround(site.call)!;
  const clears = facts.timers.clearsOf(name);
  if (clears.some(({ call }) => isInside(call, fn) && call.range[0] < site.call.range[0])) return true;
  const owner = facts.classes.ofThis(site.call)!;
  return facts.tree.nodes('CallExpression').some((call) => {
    if (!isInside(call, fn) || call.range[0] >= site.call.range[0]) return false;
    const called = owner.methods.get(lastName(call.callee) ?? '');
    if (called === undefined)
      return /clear|stop|cancel|reset|cleanup|dispose|remove/i.test(lastName(call.callee) ?? '');
    return (
      clears.some((clear) => isInside(clear.call, called)) || /clear|stop|cancel/i.test(lastName(call.callee) ?? '')
    );
  });
}

/** A timer that sets itself again when it fires, or forgets its handle then, has one handle at a time. */
function isChain(facts: FileFacts, site: TimerSite, name: string): boolean {
  if (site.kind === 'interval') return false;
  const fn = functionAround(site.call)!;
  const method = facts.repetition.nameOf(fn);
  return (
    facts.tree
      .nodes('MemberExpression')
      .some(
        (member) => isInside(member, site.callback) && (lastName(member) === method || isForgotten(member, name)),
      ) ||
    lastName(site.callback) === method ||
    [...ancestors(site.call)].some((at) => isFunction(at) && is(at.parent, 'NewExpression'))
  );
}

function isForgotten(member: Node, name: string): boolean {
  return lastName(member) === name && is(member.parent, 'AssignmentExpression') && member.parent.left === member;
}

/** Whether a test asks about the handle, or about a state that the same function changes. */
function asksFirst(facts: FileFacts, test: Node, name: string, fn: Node): boolean {
  return facts.tree.nodes('MemberExpression').some((member) => {
    if (!isInside(member, test) || bare(member.object).type !== 'ThisExpression') return false;
    const asked = lastName(member);
    return (
      asked === name ||
      facts.tree.nodes('AssignmentExpression').some(({ left }) => isInside(left, fn) && lastName(left) === asked)
    );
  });
}
