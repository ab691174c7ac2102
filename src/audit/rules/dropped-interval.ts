import { functionAround, isInside, lastName } from '../ast/look.ts';
import { is, isFunction, type Node } from '../ast/nodes.ts';
import type { ClassFacts } from '../facts/classes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { capturesSomething, isGuarded, subscriberName } from '../facts/subscriber.ts';
import type { TimerSite } from '../facts/timers.ts';
import { defineRule, type Report, type Rule, type Suggestion } from '../rule.ts';

export const droppedInterval: Rule = defineRule(
  'dropped-interval',
  {
    family: 'timers',
    preset: 'recommended',
    description: 'Intervals that are started again and again and can never be stopped',
    hasSuggestions: true,
    messages: {
      dropped:
        'Nobody keeps the handle of this interval, so nothing can stop it: it runs on after {{subscriber}} is done and ' +
        'keeps all that its callback uses. Keep the handle and call `clearInterval` when it ends.',
      uncleared:
        '`{{handle}}` holds an interval that nothing in this file clears: it runs on after {{subscriber}} is done and keeps ' +
        'all that its callback uses. Call `clearInterval({{handle}})` when it ends.',
      keep: 'Keep the handle in `this.{{field}}` and clear it in `{{final}}()`',
    },
  },
  check,
);

function* check(facts: FileFacts): Generator<Report> {
  for (const site of facts.timers.set) {
    if (site.kind !== 'interval' || site.isUnref || !isLost(facts, site) || !isRepeated(facts, site)) continue;
    if (
      !capturesSomething(facts, site.callback) ||
      isGuarded(site.call, () => site.handle.to === 'nobody' && isSwitch(site))
    )
      continue;
    const subscriber = subscriberName(facts, site.call);
    if (site.handle.to === 'nobody') {
      yield { node: site.call, messageId: 'dropped', data: { subscriber }, suggest: suggestions(facts, site) };
    } else {
      yield { node: site.call, messageId: 'uncleared', data: { subscriber, handle: handleName(facts, site) } };
    }
  }
}

/** Whether a condition decides if there is an interval at all: then somebody thought of it. */
function isSwitch(site: TimerSite): boolean {
  return functionAround(site.call) === undefined;
}

function isLost(facts: FileFacts, { handle, call }: TimerSite): boolean {
  if (handle.to === 'nobody') return true;
  if (handle.to === 'variable')
    return !facts.timers.isReleased(handle.variable) && !isUnrefLater(handle.variable.references);
  if (handle.to !== 'place') return false;
  const owner = facts.classes.ofThis(call);
  return (
    owner !== undefined &&
    handle.place?.startsWith(`${owner.key}.`) === true &&
    facts.timers.clearsOf(handle.name).length === 0 &&
    // Where the class has an end, that is where it belongs: timer-not-in-close says so.
    !facts.teardown.hasFinal(owner) &&
    !isReadElsewhere(facts, handle.name, handle.target)
  );
}

function isUnrefLater(references: readonly { readonly identifier: Node }[]): boolean {
  return references.some(
    ({ identifier }) => is(identifier.parent, 'MemberExpression') && lastName(identifier.parent) === 'unref',
  );
}

/** Whether the field is used in any other way, so that somebody may clear it unseen. */
function isReadElsewhere(facts: FileFacts, name: string, target: Node): boolean {
  return facts.tree.nodes('MemberExpression').some((member) => {
    if (member === target || lastName(member) !== name) return false;
    const user = member.parent;
    return (
      !(is(user, 'AssignmentExpression') && user.left === member) &&
      !is(user, 'IfStatement') &&
      !is(user, 'UnaryExpression')
    );
  });
}

function isRepeated(facts: FileFacts, { call }: TimerSite): boolean {
  if (facts.repetition.runsOnce(call)) return false;
  const owner = facts.classes.ofThis(call);
  if (owner !== undefined && owner.kind !== 'object') return isRepeatedInClass(facts, owner, call);
  return !facts.repetition.isSetUpCode(call);
}

/** A constructor makes one for each object; a method named like set-up is called once, but its object may end. */
function isRepeatedInClass(facts: FileFacts, owner: ClassFacts, call: Node): boolean {
  if (facts.repetition.isSingleton(owner)) return false;
  return (
    facts.teardown.hasFinal(owner) || functionAround(call) === owner.construct || !facts.repetition.isSetUpCode(call)
  );
}

function handleName(facts: FileFacts, { handle }: TimerSite): string {
  if (handle.to === 'place') return facts.textOf(handle.target);
  return handle.to === 'variable' ? handle.variable.name : '';
}

/** In plain JavaScript a field needs no declaration: keep the handle, and clear it where the class ends. */
function suggestions(facts: FileFacts, site: TimerSite): readonly Suggestion[] {
  const owner = facts.classes.ofThis(site.call);
  const final = owner === undefined ? undefined : facts.teardown.finalOf(owner);
  const method = final === undefined ? undefined : owner!.methods.get(final);
  if (owner?.kind !== 'class' || method?.body?.type !== 'BlockStatement' || !/\.[cm]?jsx?$/.test(facts.filename))
    return [];
  if (!site.call.parent || isFunction(site.call.parent) || !isInside(site.call, owner.node)) return [];
  const field = freeField(facts);
  const body = method.body;
  const fix: Suggestion['fix'] = (fixer) => [
    fixer.insertTextBefore(site.call, `this.${field} = `),
    fixer.insertTextBeforeRange([body.range[0] + 1, body.range[0] + 1], `\n    clearInterval(this.${field});`),
  ];
  return [{ messageId: 'keep', data: { field, final: final! }, fix }];
}

function freeField(facts: FileFacts): string {
  const taken = new Set(facts.tree.nodes('MemberExpression').map((member) => lastName(member)));
  return ['interval', 'timer', 'intervalHandle'].find((name) => !taken.has(name)) ?? 'plimsollInterval';
}
