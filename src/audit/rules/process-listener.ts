import { ancestors, dotted, functionAround, isInside, lastName } from '../ast/look.ts';
import { bare, type FunctionNode, is, isFunction, type Node } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isFresh, type ListenerSite } from '../facts/listeners.ts';
import { isFinal, isSetUp } from '../facts/names.ts';
import { capturesSomething, isGuarded, subscriberName } from '../facts/subscriber.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const processListener: Rule = defineRule(
  'process-listener',
  {
    family: 'listeners',
    preset: 'recommended',
    description: 'Listeners that are added to `process` again and again and never removed',
    messages: {
      leak:
        '`{{receiver}}` outlives every {{subscriber}}, and nothing removes this {{event}} listener: each one stays, ' +
        'with all that its function captures. Keep the function in a variable and call ' +
        '`{{receiver}}.off({{event}}, listener)` when the {{subscriber}} ends, or add one listener when the program starts.',
    },
  },
  check,
);

const PROCESS_WIDE: ReadonlySet<string> = new Set(['process', 'globalThis.process', 'global.process', 'cluster']);

function* check(facts: FileFacts): Generator<Report> {
  for (const site of facts.listeners.added) {
    const receiver = dotted(site.receiver);
    if (receiver === undefined || !PROCESS_WIDE.has(receiver) || !isProcess(facts, site.receiver)) continue;
    if (!isRepeated(facts, site) || !capturesSomething(facts, site.handler)) continue;
    if (isRemoved(facts, site) || isGuarded(site.call, isCountOrFlag)) continue;
    yield {
      node: site.call,
      messageId: 'leak',
      data: { receiver, event: facts.textOf(site.event), subscriber: subscriberName(facts, site.call) },
    };
  }
}

/** `process` is the global or the import of it, not a child process or a parameter of that name. */
function isProcess(facts: FileFacts, receiver: Node): boolean {
  const lifetime = facts.lifetimes.of(receiver);
  return lifetime === 'process' || dotted(receiver) !== 'process';
}

/** Constructors and ordinary functions run often; set-up functions, and what only they call, do not. */
function isRepeated(facts: FileFacts, site: ListenerSite): boolean {
  if (facts.repetition.runsOnce(site.call)) return false;
  for (let fn = functionAround(site.call); fn !== undefined; fn = functionAround(fn)) {
    const name = facts.repetition.nameOf(fn);
    if (name === 'constructor') return true;
    if (facts.repetition.isRepeatedCallback(fn)) return true;
    if (name !== undefined && isEndedObject(facts, site)) return true;
    if (keepsOneOfMany(facts, site, fn)) return true;
    if (
      name !== undefined &&
      (isSetUp(name) || isFinal(name) || /shutdown|signal|exit|graceful|handler|uncaught|exec|spawn/i.test(name))
    )
      return false;
  }
  return true;
}

/** Whether the handler keeps a child process that `fn` starts, or a parameter of which there is one for each job. */
function keepsOneOfMany(facts: FileFacts, { handler }: ListenerSite, fn: FunctionNode): boolean {
  const listener = facts.listeners.functionOf(handler);
  if (listener === undefined) return false;
  const isKept = (name: Node): boolean =>
    facts.variables.of(name)?.references.some(({ identifier }) => isInside(identifier, listener)) === true;
  const isStarted = facts.tree
    .nodes('VariableDeclarator')
    .some(
      ({ id, init }) =>
        init !== null &&
        /^(?:spawn|fork|exec|execFile|execa)$/.test(lastName(init) ?? '') &&
        functionAround(id) === fn &&
        isKept(id),
    );
  if (isStarted) return true;
  return fn.params.some(
    (parameter) =>
      /^_?(?:context|ctx|job|task|session|request|req|conn|connection|message|msg|child|proc|subprocess)$/i.test(
        lastName(parameter) ?? '',
      ) && isKept(parameter),
  );
}

/** An object that can be ended, and stays for anything but the signals that end the program with it. */
function isEndedObject(facts: FileFacts, { call, eventText }: ListenerSite): boolean {
  const owner = facts.classes.ofThis(call);
  if (owner === undefined || owner.kind === 'object' || !facts.teardown.hasFinal(owner)) return false;
  return !/^SIG|^exit$|uncaught|unhandled|message|disconnect/.test(eventText) && !facts.repetition.isSingleton(owner);
}

/** Removed under its own name; or some way that this file shows in part only. */
function isRemoved(facts: FileFacts, site: ListenerSite): boolean {
  if (facts.listeners.removalsOf(site).length > 0) return true;
  if (!isFresh(site.handler)) return false;
  return facts.listeners.removed.some(
    (removal) =>
      dotted(removal.receiver) === dotted(site.receiver) &&
      facts.listeners.mayMeanSameEvent(site, removal) &&
      (removal.handler === undefined || !isFresh(removal.handler)) &&
      !isPlainlyAnother(facts, removal.handler),
  );
}

/** The removed function was added under its own name elsewhere, so it cannot be this one. */
function isPlainlyAnother(facts: FileFacts, handler: Node | undefined): boolean {
  if (handler === undefined) return false;
  return facts.listeners.added.some(
    (other) => !isFresh(other.handler) && facts.listeners.isSameFunction(other.handler, handler),
  );
}

function isCountOrFlag(test: Node): boolean {
  const inner = bare(test);
  if (is(inner, 'UnaryExpression')) return isCountOrFlag(inner.argument);
  if (is(inner, 'LogicalExpression')) return isCountOrFlag(inner.left) || isCountOrFlag(inner.right);
  if (is(inner, 'BinaryExpression')) return isCountOrFlag(inner.left) || isCountOrFlag(inner.right);
  if (is(inner, 'CallExpression'))
    return /^(?:listenerCount|listeners|rawListeners|eventNames|has|includes|once)$/.test(lastName(inner) ?? '');
  if (is(inner, 'MemberExpression')) {
    return (
      dotted(inner)?.endsWith('.length') === true ||
      /install|regist|attach|hook|listen|bound|init|setup|handled|added|once/i.test(lastName(inner) ?? '')
    );
  }
  if (!is(inner, 'Identifier')) return false;
  return (
    /install|regist|attach|hook|listen|bound|init|setup|handled|added|once|count/i.test(inner.name) &&
    ![...ancestors(inner)].every(isFunction)
  );
}
