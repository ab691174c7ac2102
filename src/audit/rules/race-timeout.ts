import { ancestors, functionAround, isCallOf, isInside, lastName, methodCall } from '../ast/look.ts';
import { bare, type CallNode, type FunctionNode, is, isFunction, type Node, useOf } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { functionOf, initOf, moduleOf } from '../facts/variables.ts';
import { delayOf, type TimerSite } from '../facts/timers.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const raceTimeout: Rule = defineRule(
  'race-timeout',
  {
    family: 'timers',
    preset: 'recommended',
    description: 'Time limits whose timer runs on after the work is done',
    messages: {
      race:
        'When the other side of this race wins, nothing clears the timer: it keeps the promise and all that its callback ' +
        'uses until it fires. Keep the handle and call `clearTimeout` in a `finally`, or use `AbortSignal.timeout`.',
      limit:
        'This timer is a time limit for other work, and nothing clears it when that is done first: it keeps the promise and ' +
        'all that its callback uses until it fires. Keep the handle and call `clearTimeout` wherever the promise settles.',
      abort:
        'This timer aborts `{{controller}}`, and nothing clears it when the work is done first: it keeps all of that until it ' +
        'fires. Clear it in a `finally`, or use `AbortSignal.timeout`.',
      helper:
        '`{{helper}}` starts a timer that nothing can clear when the other side of this race wins. Give it a signal that you ' +
        'abort in a `finally`, or clear the timer yourself.',
    },
  },
  check,
);

/** Timers this short are gone before they matter, ms. */
const SHORT_MS = 1_000;
const SLEEPERS =
  /^(?:sleep|delay|wait|waitFor|timeout|rejectAfter|timeoutAfter|setTimeout\$?|pause|setTimeoutPromise|setTimeoutAsync)$/i;

function* check(facts: FileFacts): Generator<Report> {
  const raced = [...racedNodes(facts)];
  for (const site of facts.timers.set) {
    if (site.kind !== 'timeout' || site.isUnref || !isLost(facts, site) || isShort(site)) continue;
    const controller = abortedBy(facts, site);
    if (controller !== undefined) yield { node: site.call, messageId: 'abort', data: { controller } };
    const executor = promiseAround(site.call);
    if (executor === undefined) continue;
    const promise = executor.parent!;
    if (raced.some((node) => leadsTo(facts, node, promise))) yield { node: site.call, messageId: 'race', data: {} };
    else if (settlesElsewhere(facts, executor, site)) yield { node: site.call, messageId: 'limit', data: {} };
  }
  for (const node of raced) {
    const helper = sleeperCall(facts, node);
    if (helper !== undefined)
      yield { node: helper, messageId: 'helper', data: { helper: facts.textOf(helper.callee) } };
  }
}

function isLost(facts: FileFacts, { handle }: TimerSite): boolean {
  return handle.to === 'nobody' || (handle.to === 'variable' && !facts.timers.isReleased(handle.variable));
}

function isShort({ delay }: TimerSite): boolean {
  const ms = delayOf(delay);
  return ms !== undefined && ms < SHORT_MS;
}

/** The controller that the same function made and that a timer does nothing but abort. */
function abortedBy(facts: FileFacts, { call, callback }: TimerSite): string | undefined {
  const fn = functionAround(call);
  if (!isFunction(callback) || callback.body === null || fn?.async !== true) return undefined;
  const body = is(callback.body, 'BlockStatement') ? callback.body.body : [callback.body];
  const [only] = body.map((node) => (is(node, 'ExpressionStatement') ? bare(node.expression) : bare(node)));
  const aborting = body.length === 1 && is(only, 'CallExpression') ? methodCall(only) : undefined;
  const variable = aborting?.method === 'abort' ? facts.variables.of(aborting.receiver) : undefined;
  const made = variable === undefined ? undefined : initOf(variable);
  const isOwn = is(made, 'NewExpression') && lastName(made) === 'AbortController' && functionAround(made) === fn;
  return isOwn ? variable?.name : undefined;
}

/** The executor of `new Promise(...)` that a timer is set in, not inside some later callback. */
function promiseAround(call: Node): FunctionNode | undefined {
  const fn = functionAround(call);
  const promise = fn?.parent;
  if (!is(promise, 'NewExpression') || promise.arguments[0] !== fn) return undefined;
  return lastName(promise.callee) === 'Promise' ? fn : undefined;
}

/** What stands in `Promise.race([...])` and `Promise.any([...])`. */
function* racedNodes(facts: FileFacts): Generator<Node> {
  for (const call of facts.tree.nodes('CallExpression')) {
    const list = isCallOf(call, 'Promise', ['race', 'any']) ? listOf(facts, call) : undefined;
    if (!is(list, 'ArrayExpression')) continue;
    for (const element of list.elements) if (element !== null) yield bare(element);
  }
}

function listOf(facts: FileFacts, call: CallNode): Node | undefined {
  const [list] = call.arguments;
  if (list === undefined) return undefined;
  const variable = facts.variables.of(bare(list));
  return variable === undefined ? bare(list) : initOf(variable);
}

/** Whether an element of a race is the promise: itself, a variable of it, or what a function of this file returns. */
function leadsTo(facts: FileFacts, element: Node, promise: Node): boolean {
  if (isInside(promise, element)) return true;
  const variable = facts.variables.of(element);
  if (variable !== undefined) {
    const init = initOf(variable);
    return (
      init !== undefined &&
      (isInside(promise, init) ? !isFunction(init) : is(init, 'CallExpression') && leadsTo(facts, init, promise))
    );
  }
  if (!is(element, 'CallExpression')) return false;
  const fn = functionCalled(facts, element);
  return fn !== undefined && isReturnedBy(fn, promise);
}

function functionCalled(facts: FileFacts, call: CallNode): FunctionNode | undefined {
  const variable = facts.variables.of(bare(call.callee));
  if (variable !== undefined) return functionOf(variable);
  return facts.classes.ofThis(call)?.methods.get(lastName(call.callee) ?? '');
}

function isReturnedBy(fn: FunctionNode, promise: Node): boolean {
  const { user } = useOf(promise);
  if (functionAround(promise) !== fn) return user === fn;
  return user === fn || is(user, 'ReturnStatement') || is(user, 'AwaitExpression');
}

/** Whether the promise can settle without the timer: then the timer is a limit, not the point of it. */
function settlesElsewhere(facts: FileFacts, executor: FunctionNode, site: TimerSite): boolean {
  const settlers = executor.params.filter((parameter) => is(parameter, 'Identifier'));
  return settlers.some((settler) => {
    const variable = facts.variables.of(settler);
    const uses = variable?.references.filter(({ init }) => init !== true) ?? [];
    return (
      uses.some(({ identifier }) => !isInside(identifier, site.call) && !isInCatch(identifier, executor)) &&
      usesAny(facts, settlers, site.call)
    );
  });
}

/** What only answers an exception of the executor itself is no other way to settle. */
function isInCatch(node: Node, executor: FunctionNode): boolean {
  for (const at of ancestors(node)) {
    if (at === executor) return false;
    if (is(at, 'CatchClause')) return functionAround(at) === executor;
  }
  return false;
}

function usesAny(facts: FileFacts, settlers: readonly Node[], within: Node): boolean {
  return settlers.some(
    (settler) =>
      facts.variables.of(settler)?.references.some(({ identifier }) => isInside(identifier, within)) === true,
  );
}

/** `sleep(ms)` of another module, or of `node:timers/promises` without a signal, as one side of a race. */
function sleeperCall(facts: FileFacts, element: Node): CallNode | undefined {
  const variable = facts.variables.of(element);
  const call = variable === undefined ? element : initOf(variable);
  if (!is(call, 'CallExpression') || call.arguments.length === 0 || call.arguments.length > 2) return undefined;
  const callee = facts.variables.of(bare(call.callee));
  if (callee === undefined || !SLEEPERS.test(callee.name)) return undefined;
  const module = moduleOf(callee);
  const isImported = module !== undefined || callee.defs[0]?.type === 'ImportBinding';
  const ms = delayOf(call.arguments[0]);
  return isImported && (ms === undefined || ms >= SHORT_MS) ? call : undefined;
}
