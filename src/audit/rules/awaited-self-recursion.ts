import { functionAround, isInside, lastName } from '../ast/look.ts';
import { bare, type CallNode, type FunctionNode, is, type Node } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { functionOf } from '../facts/variables.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const awaitedSelfRecursion: Rule = defineRule(
  'awaited-self-recursion',
  {
    family: 'closures',
    preset: 'recommended',
    description: 'Endless loops written as an async function that waits for itself',
    messages: {
      leak:
        '`{{name}}` always ends by waiting for itself: no call ever settles, so every one stays in memory, with its ' +
        'variables. Write it as `while (true) { ... }` or start the next run without waiting for it.',
    },
  },
  check,
);

function* check(facts: FileFacts): Generator<Report> {
  for (const fn of facts.tree.functions) {
    const call = fn.async && is(fn.body, 'BlockStatement') ? selfCallAtEnd(facts, fn, fn.body.body) : undefined;
    if (call === undefined || call.arguments.length > 0 || hasWayOut(facts, fn)) continue;
    yield { node: call, messageId: 'leak', data: { name: facts.repetition.nameOf(fn) ?? 'this function' } };
  }
}

/** The call of itself that the last statement waits for. */
function selfCallAtEnd(facts: FileFacts, fn: FunctionNode, body: readonly Node[]): CallNode | undefined {
  const last = body.at(-1);
  if (is(last, 'TryStatement')) {
    const inside = [last.finalizer, last.block].find((block) => is(block, 'BlockStatement') && block.body.length > 0);
    return is(inside, 'BlockStatement') ? selfCallAtEnd(facts, fn, inside.body) : undefined;
  }
  const value = is(last, 'ReturnStatement') ? last.argument : is(last, 'ExpressionStatement') ? last.expression : null;
  if (value === null) return undefined;
  const awaited = bare(value);
  const call = is(awaited, 'AwaitExpression')
    ? bare(awaited.argument)
    : is(last, 'ReturnStatement')
      ? awaited
      : undefined;
  return is(call, 'CallExpression') && isSelf(facts, fn, call) ? call : undefined;
}

function isSelf(facts: FileFacts, fn: FunctionNode, call: CallNode): boolean {
  const callee = bare(call.callee);
  const variable = facts.variables.of(callee);
  if (variable !== undefined) return functionOf(variable) === fn;
  if (!is(callee, 'MemberExpression') || bare(callee.object).type !== 'ThisExpression') return false;
  return facts.classes.ofThis(call)?.methods.get(lastName(callee) ?? '') === fn;
}

/** Another `return` of the function itself: then some call ends, and all that wait for it. */
function hasWayOut(facts: FileFacts, fn: FunctionNode): boolean {
  const returns = facts.tree
    .nodes('ReturnStatement')
    .filter((node) => functionAround(node) === fn && isInside(node, fn));
  return returns.some(({ argument }) => {
    const value = argument === null ? undefined : bare(argument);
    const call = is(value, 'AwaitExpression') ? bare(value.argument) : value;
    return !(is(call, 'CallExpression') && isSelf(facts, fn, call));
  });
}
