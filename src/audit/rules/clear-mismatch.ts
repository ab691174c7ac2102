import { isInside, lastName } from '../ast/look.ts';
import { bare, is } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const clearMismatch: Rule = defineRule(
  'clear-mismatch',
  {
    family: 'timers',
    preset: 'recommended',
    description: 'Clears of a field that never holds a timer, beside a timer that is never cleared',
    messages: {
      leak:
        'This {{kind}} is kept in `{{handle}}`, which nothing clears; line {{line}} clears `{{cleared}}`, which nothing ever ' +
        'sets. Clear `{{handle}}` there.',
    },
  },
  check,
);

function* check(facts: FileFacts): Generator<Report> {
  for (const clear of facts.timers.cleared) {
    const name = lastName(clear.target);
    const owner = facts.classes.ofThis(clear.call);
    const isTimer = /^clear(?:Timeout|Interval)$/.test(lastName(clear.call.callee) ?? '');
    if (!isTimer || owner === undefined || owner.superName !== undefined || name === undefined) continue;
    if (
      !is(clear.target, 'MemberExpression') ||
      bare(clear.target.object).type !== 'ThisExpression' ||
      isEverSet(facts, name)
    )
      continue;
    const lost = facts.timers.set.filter(
      ({ handle, call }) =>
        handle.to === 'place' && isInside(call, owner.node) && facts.timers.clearsOf(handle.name).length === 0,
    );
    const [site] = lost;
    if (site === undefined || lost.length > 1 || site.handle.to !== 'place') continue;
    const data = { kind: site.kind, handle: facts.textOf(site.handle.target), cleared: facts.textOf(clear.target) };
    yield { node: site.call, messageId: 'leak', data: { ...data, line: String(clear.call.loc.start.line) } };
  }
}

/** Whether anything but `undefined` and `null` is ever assigned to a field of that name. */
function isEverSet(facts: FileFacts, name: string): boolean {
  return (
    facts.tree.nodes('AssignmentExpression').some(({ left, right }) => {
      const value = bare(right);
      const isNothing = is(value, 'Literal') || (is(value, 'Identifier') && value.name === 'undefined');
      return lastName(left) === name && !isNothing;
    }) ||
    facts.tree
      .nodes('PropertyDefinition')
      .some(({ key, value }) => lastName(key) === name && value !== null && !is(value, 'Literal'))
  );
}
