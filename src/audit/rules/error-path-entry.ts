import { functionAround, guardsOf, isInside, methodCall } from '../ast/look.ts';
import { bare, type FunctionNode, is, type Node, useOf } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { StoreUse } from '../facts/stores.ts';
import type { Addition } from '../facts/store-uses.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const errorPathEntry: Rule = defineRule(
  'error-path-entry',
  {
    family: 'collections',
    preset: 'recommended',
    description: 'Entries that are removed after an `await`, and stay when it throws',
    messages: {
      leak:
        'The entry `{{key}}` of `{{store}}` is removed in line {{line}} only when nothing before it throws: each error ' +
        'leaves one entry behind. Remove it in a `finally`.',
    },
  },
  check,
);

function* check(facts: FileFacts): Generator<Report> {
  for (const use of facts.stores.uses) {
    if (use.store.owner.of === 'closure' || use.store.kind === 'array') continue;
    for (const addition of use.additions) {
      const removal = removalAfterAwait(facts, use, addition);
      if (removal === undefined) continue;
      const data = { key: facts.textOf(addition.key), store: use.store.name, line: String(removal.loc.start.line) };
      yield { node: addition.node, messageId: 'leak', data };
    }
  }
}

/** The one removal of the same entry in the same function, behind an `await` and outside of any `finally`. */
function removalAfterAwait(facts: FileFacts, use: StoreUse, { node, key }: Addition): Node | undefined {
  const fn = functionAround(node);
  if (fn === undefined || !fn.async) return undefined;
  const text = facts.textOf(key);
  const removals = use.reductions.filter((reduction) => keyRemoved(facts, reduction) === text);
  const others = use.reductions.filter((reduction) => keyRemoved(facts, reduction) !== text);
  const [removal] = removals;
  if (
    removal === undefined ||
    removals.length > 1 ||
    functionAround(removal) !== fn ||
    removal.range[0] < node.range[1]
  )
    return undefined;
  if (others.some((other) => functionAround(other) !== fn && !isWhole(other))) return undefined;
  if (!awaitsBetween(facts, fn, node, removal) || isInFinally(removal) || isCaught(facts, node, removal))
    return undefined;
  return removal;
}

/** Clearing everything at the end is not what removes one entry. */
function isWhole(reduction: Node): boolean {
  const { user } = useOf(reduction);
  const call = user?.parent;
  return is(call, 'CallExpression') ? methodCall(call)?.method === 'clear' : is(user, 'AssignmentExpression');
}

/** The text of the key in `store.delete(key)` or `delete store[key]`. */
function keyRemoved(facts: FileFacts, reduction: Node): string | undefined {
  const { user } = useOf(reduction);
  if (!is(user, 'MemberExpression')) return undefined;
  const outer = useOf(user).user;
  if (is(outer, 'UnaryExpression')) return facts.textOf(bare(user.property));
  const [key] = is(outer, 'CallExpression') ? outer.arguments : [];
  return key === undefined ? undefined : facts.textOf(bare(key));
}

function awaitsBetween(facts: FileFacts, fn: FunctionNode, from: Node, to: Node): boolean {
  return facts.tree
    .nodes('AwaitExpression')
    .some((node) => functionAround(node) === fn && node.range[0] > from.range[1] && node.range[1] < to.range[0]);
}

function isInFinally(removal: Node): boolean {
  for (let at: Node | null | undefined = removal; at?.parent; at = at.parent) {
    const parent: Node = at.parent;
    if (is(parent, 'TryStatement') && parent.finalizer === at) return true;
  }
  return false;
}

/** An error in between is caught, so that the removal is reached all the same. */
function isCaught(facts: FileFacts, addition: Node, removal: Node): boolean {
  return (
    facts.tree.nodes('TryStatement').some((attempt) => {
      if (attempt.handler === null || isInside(removal, attempt)) return false;
      return attempt.range[0] > addition.range[0] && attempt.range[1] < removal.range[0];
    }) || guardsOf(removal).handlers.some((handler) => handler.range[1] < removal.range[0])
  );
}
