import { dotted, functionAround, lastName, methodCall, textOf } from '../ast/look.ts';
import { bare, type CallNode, is, isFunction, type Node } from '../ast/nodes.ts';
import { capturesSomething, isGuarded } from '../facts/subscriber.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { destructuredFrom, initOf, parameterOf } from '../facts/variables.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const keepAliveSocketListener: Rule = defineRule(
  'keep-alive-socket-listener',
  {
    family: 'listeners',
    preset: 'recommended',
    description: 'Listeners of one request on a socket that serves many',
    messages: {
      leak:
        'A keep-alive socket serves many requests: each of them adds one more {{event}} listener to `{{socket}}`, and ' +
        'nothing removes it. Listen on the request or response itself, or remove the listener when it closes.',
    },
  },
  check,
);

const REQUEST =
  /^_?(?:req|res|request|response|reply|clientRequest|message|incoming|incomingMessage|proxyReq|proxyRes|raw|ctx)$/i;

function* check(facts: FileFacts): Generator<Report> {
  for (const site of facts.listeners.added) {
    if (!isRequestSocket(facts, site.receiver) || !capturesSomething(facts, site.handler)) continue;
    if (facts.listeners.removalsOf(site).length > 0 || removesOnSocket(facts, site.receiver)) continue;
    if (isGuarded(site.call, mentionsState)) continue;
    yield leak(facts, site.call, facts.textOf(site.event), site.receiver);
  }
  for (const call of facts.tree.nodes('CallExpression')) {
    const called = methodCall(call);
    const [, callback] = call.arguments;
    if (called?.method !== 'setTimeout' || callback === undefined || !isFunction(bare(callback))) continue;
    if (isRequestSocket(facts, called.receiver) && !isForNewSockets(call))
      yield leak(facts, call, "'timeout'", called.receiver);
  }
}

function leak(facts: FileFacts, node: CallNode, event: string, socket: Node): Report {
  return { node, messageId: 'leak', data: { event, socket: facts.textOf(socket) } };
}

/** `req.socket`, a constant that holds it, or the argument of a request's `'socket'` event. */
function isRequestSocket(facts: FileFacts, node: Node): boolean {
  const inner = bare(node);
  if (is(inner, 'MemberExpression')) {
    return /^(?:socket|connection)$/.test(lastName(inner) ?? '') && REQUEST.test(lastName(inner.object) ?? '');
  }
  const variable = facts.variables.of(inner);
  if (variable === undefined) return false;
  const part = destructuredFrom(variable);
  if (part !== undefined) return part.name === 'socket' && REQUEST.test(lastName(part.object) ?? '');
  const init = initOf(variable);
  if (init !== undefined && is(init, 'MemberExpression')) return isRequestSocket(facts, init);
  const call = parameterOf(variable)?.parent;
  return (
    is(call, 'CallExpression') && textOf(call.arguments[0]) === 'socket' && call.arguments[1] === parameterOf(variable)
  );
}

/** Whether the file removes anything from a socket of that name: it knows that the socket lives on. */
function removesOnSocket(facts: FileFacts, socket: Node): boolean {
  return facts.listeners.removed.some(
    ({ receiver }) => lastName(receiver) === lastName(socket) || dotted(receiver) === dotted(socket),
  );
}

/** `if (!socket.connecting) return`: only a socket that is new gets any further. */
function isForNewSockets(call: CallNode): boolean {
  for (let at: Node | undefined = call; at !== undefined; at = functionAround(at)) {
    if (isGuarded(at, isAboutConnecting)) return true;
  }
  return false;
}

function isAboutConnecting(test: Node): boolean {
  const inner = bare(test);
  if (is(inner, 'UnaryExpression')) return isAboutConnecting(inner.argument);
  if (is(inner, 'LogicalExpression')) return isAboutConnecting(inner.left) || isAboutConnecting(inner.right);
  return /^_?connecting$/.test(lastName(inner) ?? '');
}

/** `if (socket.connecting)`, `if (!socket.isListening)`: a socket is done once, not for each request. */
function mentionsState(test: Node): boolean {
  const inner = bare(test);
  if (is(inner, 'UnaryExpression')) return mentionsState(inner.argument);
  if (is(inner, 'LogicalExpression') || is(inner, 'BinaryExpression'))
    return mentionsState(inner.left) || mentionsState(inner.right);
  if (is(inner, 'CallExpression')) return /^(?:has|listenerCount|listeners|includes|get)$/.test(lastName(inner) ?? '');
  return is(inner, 'MemberExpression') && functionAround(inner) !== undefined;
}
