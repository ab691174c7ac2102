import { functionAround, guardsOf, isInside, methodCall } from '../ast/look.ts';
import { bare, type FunctionNode, is, type Node } from '../ast/nodes.ts';
import type { Variable } from '../ast/source.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { delayOf, type TimerSite } from '../facts/timers.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const timerErrorPath: Rule = defineRule(
  'timer-error-path',
  {
    family: 'timers',
    preset: 'recommended',
    description: 'Timers that are cleared after an `await`, and run on when it throws',
    messages: {
      leak:
        'This {{kind}} is cleared in line {{line}} only when nothing before it throws: each error leaves one running, with ' +
        'all that its callback uses. Clear `{{handle}}` in a `finally`.',
    },
  },
  check,
);

/** Timeouts this short are gone before they matter, ms. */
const SHORT_MS = 1_000;

function* check(facts: FileFacts): Generator<Report> {
  for (const site of facts.timers.set) {
    if (site.handle.to !== 'variable' || site.isUnref || isShort(site)) continue;
    const fn = functionAround(site.call);
    const clear = fn === undefined ? undefined : onlyClear(facts, site.handle.variable);
    if (fn === undefined || clear === undefined || !isSkipped(facts, fn, site.call, clear)) continue;
    yield {
      node: site.call,
      messageId: 'leak',
      data: { kind: site.kind, handle: site.handle.variable.name, line: String(clear.loc.start.line) },
    };
  }
}

function isShort({ kind, delay }: TimerSite): boolean {
  const ms = delayOf(delay);
  return kind === 'timeout' && ms !== undefined && ms < SHORT_MS;
}

/** The one call that clears a local handle. */
function onlyClear(facts: FileFacts, variable: Variable): Node | undefined {
  const clears = facts.timers.cleared.filter(({ target }) => facts.variables.of(bare(target)) === variable);
  return clears.length === 1 ? clears[0]!.call : undefined;
}

/** Whether the clear comes after an `await` of the same function, in the plain course of it. */
function isSkipped(facts: FileFacts, fn: FunctionNode, call: Node, clear: Node): boolean {
  if (functionAround(clear) !== fn || clear.range[0] < call.range[1]) return false;
  if (isInEnding(clear)) return false;
  return facts.tree
    .nodes('AwaitExpression')
    .some(
      (node) =>
        functionAround(node) === fn &&
        node.range[0] > call.range[1] &&
        node.range[1] < clear.range[0] &&
        !isCaught(node.argument) &&
        !guardsOf(node).handlers.some((handler) => handler.range[1] < clear.range[0] && !isInside(clear, handler)),
    );
}

/** `await work().catch(...)` does not throw. */
function isCaught(awaited: Node): boolean {
  const inner = bare(awaited);
  const called = is(inner, 'CallExpression') ? methodCall(inner)?.method : undefined;
  return called === 'catch' || called === 'allSettled';
}

function isInEnding(clear: Node): boolean {
  for (let at: Node | null | undefined = clear; at?.parent; at = at.parent) {
    const parent: Node = at.parent;
    if (is(parent, 'TryStatement') && (parent.finalizer === at || parent.handler === at)) return true;
  }
  return false;
}
