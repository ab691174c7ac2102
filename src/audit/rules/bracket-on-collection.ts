import { bare, is, type Node } from '../ast/nodes.ts';
import { propertyName } from '../ast/look.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { initOf, isReassigned } from '../facts/variables.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const bracketOnCollection: Rule = defineRule(
  'bracket-on-collection',
  {
    family: 'collections',
    preset: 'recommended',
    description: 'Entries put on a Map or Set as properties, where its methods cannot see or remove them',
    hasSuggestions: true,
    messages: {
      leak:
        '`{{store}}` is a {{kind}}: this makes a property of the object, which `get`, `delete`, `clear` and `size` know ' +
        'nothing of, so it stays. Use `{{store}}.set(...)`.',
      set: 'Use `set()`',
    },
  },
  check,
);

const KINDS: ReadonlySet<string> = new Set(['Map', 'WeakMap', 'Set', 'WeakSet']);

function* check(facts: FileFacts): Generator<Report> {
  for (const assignment of facts.tree.nodes('AssignmentExpression')) {
    const target = bare(assignment.left);
    if (!is(target, 'MemberExpression') || !target.computed || propertyName(target) !== undefined) continue;
    const kind = collectionKind(facts, target.object);
    if (kind === undefined) continue;
    const store = facts.source.getText(target.object);
    const call = `${store}.set(${facts.source.getText(target.property)}, ${facts.source.getText(assignment.right)})`;
    const isPlain = assignment.operator === '=' && kind.endsWith('Map');
    yield {
      node: assignment,
      messageId: 'leak',
      data: { store: facts.textOf(target.object), kind },
      suggest: isPlain ? [{ messageId: 'set', fix: (fixer) => fixer.replaceText(assignment, call) }] : [],
    };
  }
}

/** The kind of collection that an expression holds, where all that is ever assigned to it agrees. */
function collectionKind(facts: FileFacts, object: Node): string | undefined {
  const variable = facts.variables.of(bare(object));
  if (variable !== undefined) {
    const init = initOf(variable);
    return init === undefined || isReassigned(variable) ? undefined : kindMade(init);
  }
  const place = facts.places.of(object);
  const values = place === undefined ? [] : facts.lifetimes.valuesOf(place);
  const kinds = new Set(values.map(kindMade));
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

function kindMade(value: Node): string | undefined {
  const inner = bare(value);
  if (!is(inner, 'NewExpression') || !is(inner.callee, 'Identifier')) return undefined;
  return KINDS.has(inner.callee.name) ? inner.callee.name : undefined;
}
