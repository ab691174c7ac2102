import type { FileFacts } from '../facts/file-facts.ts';
import { type Confidence, growthOf } from '../facts/growth.ts';
import type { StoreUse } from '../facts/stores.ts';
import type { Addition } from '../facts/store-uses.ts';
import { functionAround, isInside } from '../ast/look.ts';
import { is } from '../ast/nodes.ts';
import { defineRule, type Report, type Rule, type RuleText } from '../rule.ts';

/** What both rules about growing collections say. */
export const GROWTH_TEXT: Omit<RuleText, 'preset' | 'description'> = {
  family: 'collections',
  messages: {
    module:
      '`{{store}}` lives as long as the process, and this adds an entry for every new {{key}}; nothing in the file ever ' +
      'removes one or limits its size. Bound it (a cache with `maxEntries`), delete entries when they are done, or use a WeakMap.',
    field:
      'Every new {{key}} adds an entry to `{{store}}` of {{owner}}; nothing in the class ever removes one or limits its ' +
      'size. Bound it (a cache with `maxEntries`), or delete the entry when its {{key}} is done.',
    unread:
      '`{{store}}` is only ever added to: nothing in the file reads it, removes from it or limits its size. Leave it out, or ' +
      'remove entries when they are done.',
  },
};

export const growingCollection: Rule = defineRule(
  'growing-collection',
  {
    ...GROWTH_TEXT,
    preset: 'recommended',
    description: 'Long-lived collections that are added to by outside keys and never removed from',
  },
  (facts) => growing(facts, 'high'),
);

/** Stores that only grow, where it is this sure that they do. */
export function* growing(facts: FileFacts, confidence: Confidence): Generator<Report> {
  for (const use of facts.stores.uses) {
    if (use.additions.length === 0 || use.reductions.length > 0 || isHandedOut(use)) continue;
    const growth = growthOf(facts, use);
    if (growth === undefined) continue;
    const isUnread = use.reads.every(
      (node) => node.type === 'Identifier' && node.parent?.type === 'ExpressionStatement',
    );
    const found = isUnread && use.store.owner.of !== 'closure' ? 'high' : growth.confidence;
    if (found === confidence) yield report(facts, use, growth.addition, isUnread);
  }
}

/** Given to somebody else, who may remove entries; being part of what is added is no hand-over. */
function isHandedOut({ escapes, additions }: StoreUse): boolean {
  return escapes.some((escape) => !additions.some(({ node }) => isInside(escape, node)));
}

function report(facts: FileFacts, { store }: StoreUse, { node, key }: Addition, isUnread: boolean): Report {
  const data = {
    store: store.name,
    key: is(key, 'ObjectExpression') ? 'object' : `\`${facts.textOf(key)}\``,
    owner:
      store.owner.of === 'class'
        ? (store.owner.facts.name ?? 'this object')
        : (facts.repetition.nameOf(functionAround(node)!) ?? ''),
  };
  if (isUnread) return { node, messageId: 'unread', data };
  return {
    node,
    messageId: store.owner.of === 'class' && !facts.repetition.isSingleton(store.owner.facts) ? 'field' : 'module',
    data,
  };
}
