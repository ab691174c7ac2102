import { functionAround, isInside, lastName } from '../ast/look.ts';
import { is, type Node } from '../ast/nodes.ts';
import type { ClassFacts } from '../facts/classes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { delayOf, type TimerSite } from '../facts/timers.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const timerNotInClose: Rule = defineRule(
  'timer-not-in-close',
  {
    family: 'timers',
    preset: 'recommended',
    description: 'Timers that a class keeps and does not clear when it ends',
    messages: {
      leak:
        '`{{final}}` ends {{owner}} but leaves the {{kind}} in `{{handle}}` running: it keeps the {{owner}} alive, and acts ' +
        'after the end. Call `{{clear}}({{handle}})` there.',
    },
  },
  check,
);

/** Timers this short are gone before they matter, ms. */
const SHORT_MS = 1_000;

function* check(facts: FileFacts): Generator<Report> {
  const seen = new Set<string>();
  for (const site of facts.timers.set) {
    const { handle } = site;
    const owner = facts.classes.ofThis(site.call);
    if (owner?.name === undefined || handle.to !== 'place' || handle.place?.startsWith(`${owner.key}.`) !== true)
      continue;
    const final = facts.teardown.finalOf(owner);
    if (final === undefined || seen.has(handle.place) || !keepsOwner(facts, site)) continue;
    if (isHandled(facts, owner, site, handle.name)) continue;
    seen.add(handle.place);
    const clear = site.kind === 'interval' ? 'clearInterval' : 'clearTimeout';
    yield {
      node: site.call,
      messageId: 'leak',
      data: { final: `${final}()`, owner: owner.name, kind: site.kind, handle: facts.textOf(handle.target), clear },
    };
  }
}

function isHandled(facts: FileFacts, owner: ClassFacts, site: TimerSite, name: string): boolean {
  const delay = delayOf(site.delay);
  if (
    site.isUnref ||
    facts.repetition.isSingleton(owner) ||
    (site.kind === 'timeout' && delay !== undefined && delay < SHORT_MS)
  )
    return true;
  if (facts.teardown.reaches(owner, site.call)) return true;
  const clears = facts.timers.clearsOf(name);
  if (clears.some(({ call }) => facts.teardown.reaches(owner, call) || facts.classes.ofThis(call) !== owner))
    return true;
  if (clears.length > 0 && site.kind === 'timeout') return true;
  return isPassedOn(facts, name) || (site.kind === 'timeout' && asksWhetherOver(facts, site));
}

/** A callback that does not know its object keeps nothing. */
function keepsOwner(facts: FileFacts, { callback, call }: TimerSite): boolean {
  const fn = functionAround(call);
  return (
    fn !== undefined &&
    (facts.tree.nodes('ThisExpression').some((node) => isInside(node, callback)) || !is(callback, 'Identifier'))
  );
}

/** Whether the handle is read for anything but a test: then somebody may clear it unseen. */
function isPassedOn(facts: FileFacts, name: string): boolean {
  return facts.tree.nodes('MemberExpression').some((member) => {
    if (lastName(member) !== name) return false;
    const user = member.parent;
    if (is(user, 'AssignmentExpression')) return user.right === member;
    if (
      is(user, 'VariableDeclarator') ||
      is(user, 'ReturnStatement') ||
      is(user, 'Property') ||
      is(user, 'ArrayExpression')
    )
      return true;
    if (is(user, 'MemberExpression')) return !/^(?:unref|ref|hasRef)$/.test(lastName(user) ?? '');
    return is(user, 'CallExpression') && user.callee !== member && lastName(user.callee)?.startsWith('clear') !== true;
  });
}

/** A callback that first looks whether its object is over does no harm for as long as it waits. */
function asksWhetherOver(facts: FileFacts, { callback }: TimerSite): boolean {
  return facts.tree
    .nodes('MemberExpression')
    .some(
      (member: Node) =>
        isInside(member, callback) &&
        /clos|destroy|dispos|stop|end|running|active|connected|state|shut|abort|alive/i.test(lastName(member) ?? ''),
    );
}
