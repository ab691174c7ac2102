import { ancestors, functionAround, isCallOf, isInside, lastName, methodCall, textOf } from '../ast/look.ts';
import { bare, type CallNode, type FunctionNode, is, isFunction, type Node } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { ListenerSite } from '../facts/listeners.ts';
import { homeOf } from '../facts/variables.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const bodyAccumulation: Rule = defineRule(
  'body-accumulation',
  {
    family: 'strings',
    preset: 'recommended',
    description: 'Request bodies that are gathered whole, without a limit or by copying all of it for every chunk',
    messages: {
      unlimited:
        'A client decides how large `{{buffer}}` becomes: nothing limits the body of `{{source}}`. Count the bytes and ' +
        'answer 413 above a limit.',
      quadratic:
        'For every chunk this copies all that came before: memory and time grow with the square of the body. Push the ' +
        'chunks to an array, count their bytes, and join them once at the end.',
    },
  },
  check,
);

const INCOMING = /^_?(?:req|request|incoming|incomingMessage|httpRequest|message|im)$/i;

function* check(facts: FileFacts): Generator<Report> {
  for (const site of facts.listeners.added) {
    if (textOf(site.event) !== 'data') continue;
    const fn = facts.listeners.functionOf(site.handler);
    const chunk = isFunction(fn) ? fn.params[0] : undefined;
    if (!isFunction(fn) || !is(chunk, 'Identifier')) continue;
    const copy = copyOfAll(facts, fn, chunk.name);
    if (copy !== undefined) yield { node: copy, messageId: 'quadratic', data: {} };
    else yield* unlimited(facts, site, fn, chunk.name);
  }
  yield* unlimitedLoop(facts);
}

/** `for await (const chunk of req) chunks.push(chunk)`. */
function* unlimitedLoop(facts: FileFacts): Generator<Report> {
  for (const loop of facts.tree.nodes('ForOfStatement')) {
    const declarator = is(loop.left, 'VariableDeclaration') ? loop.left.declarations[0] : undefined;
    const chunk = is(declarator, 'VariableDeclarator') ? declarator.id : undefined;
    const fn = functionAround(loop);
    if (!loop.await || fn === undefined || !is(chunk, 'Identifier')) continue;
    if (!INCOMING.test(lastName(loop.right) ?? '') || !isServed(facts, loop.right)) continue;
    const gathered = gathering(facts, fn, chunk.name);
    if (gathered === undefined || !isInside(gathered.node, loop) || isLimitedIn(facts, fn)) continue;
    const data = { buffer: gathered.name, source: facts.textOf(loop.right) };
    yield { node: gathered.node, messageId: 'unlimited', data };
  }
}

/** `Buffer.concat(chunks)` for each chunk. What is taken off again, or ends the gathering, is a parser at work. */
function copyOfAll(facts: FileFacts, fn: FunctionNode, chunk: string): Node | undefined {
  const pushed = calls(facts, fn).flatMap((call) => {
    const called = methodCall(call);
    return called?.method === 'push' && lastName(call.arguments[0] ?? call) === chunk
      ? (lastName(called.receiver) ?? [])
      : [];
  });
  return calls(facts, fn).find((call) => {
    const [list] = call.arguments;
    if (!isCallOf(call, 'Buffer', ['concat']) || list === undefined || !is(bare(list), 'Identifier')) return false;
    return (
      pushed.includes(lastName(list) ?? '') &&
      !isConditional(call, fn) &&
      !isAfterReturn(facts, call, fn) &&
      !isEmptied(facts, lastName(list)!)
    );
  });
}

function calls(facts: FileFacts, fn: Node): readonly CallNode[] {
  return facts.tree.nodes('CallExpression').filter((call) => isInside(call, fn));
}

/** Whether a node runs only for some chunks: inside the consequent of an `if`, not in its test. */
function isConditional(node: Node, fn: Node): boolean {
  for (const at of ancestors(node)) {
    if (at === fn) return false;
    if (is(at, 'IfStatement') && !isInside(node, at.test)) return true;
  }
  return false;
}

/** Whether the handler may have left before: then it gathers first, and joins once. */
function isAfterReturn(facts: FileFacts, node: Node, fn: Node): boolean {
  return facts.tree
    .nodes('ReturnStatement')
    .some((leave) => functionAround(leave) === fn && leave.range[1] < node.range[0]);
}

function isEmptied(facts: FileFacts, name: string): boolean {
  return (
    facts.tree.nodes('AssignmentExpression').some(({ left }) => lastName(left) === name) ||
    facts.tree.nodes('CallExpression').some((call) => {
      const called = methodCall(call);
      return called !== undefined && /^(?:shift|splice|pop)$/.test(called.method) && lastName(called.receiver) === name;
    })
  );
}

function* unlimited(facts: FileFacts, site: ListenerSite, fn: FunctionNode, chunk: string): Generator<Report> {
  if (!INCOMING.test(lastName(site.receiver) ?? '') || !isServed(facts, site.receiver)) return;
  const gathered = gathering(facts, fn, chunk);
  if (gathered === undefined || isLimited(facts, site)) return;
  const data = { buffer: gathered.name, source: facts.textOf(site.receiver) };
  yield { node: gathered.node, messageId: 'unlimited', data };
}

/** Requests that a server received come with a response; those that a client sends do not. */
function isServed(facts: FileFacts, receiver: Node): boolean {
  const variable = facts.variables.of(bare(receiver));
  const home = variable === undefined ? undefined : homeOf(variable);
  return home !== undefined && variable!.defs[0]?.type === 'Parameter'
    ? home.params.length <= 3 &&
        !home.params.some((parameter) => is(parameter, 'Identifier') && parameter.name.startsWith('err'))
    : false;
}

/** What a chunk is added to: `body += chunk`, `chunks.push(chunk)`, `body = Buffer.concat([body, chunk])`. */
function gathering(
  facts: FileFacts,
  fn: FunctionNode,
  chunk: string,
): { readonly node: Node; readonly name: string } | undefined {
  for (const node of facts.tree.nodes('AssignmentExpression')) {
    if (!isInside(node, fn) || functionAround(node) !== fn) continue;
    const name = lastName(node.left);
    const isAdded = node.operator === '+=' || new RegExp(`\\b${name}\\b`).test(facts.source.getText(node.right));
    if (
      name !== undefined &&
      isAdded &&
      new RegExp(`\\b${chunk}\\b(?!\\.length)`).test(facts.source.getText(node.right))
    )
      return { node, name };
  }
  for (const call of calls(facts, fn)) {
    const called = methodCall(call);
    const [first] = call.arguments;
    if (called?.method === 'push' && first !== undefined && lastName(first) === chunk)
      return { node: call, name: facts.textOf(called.receiver) };
  }
  return undefined;
}

/** Whether the function around compares a length with anything, or stops the request. */
function isLimited(facts: FileFacts, site: ListenerSite): boolean {
  return isLimitedIn(facts, functionAround(site.call) ?? facts.tree.program);
}

function isLimitedIn(facts: FileFacts, around: Node): boolean {
  const text = facts.source.getText(around);
  return (
    /(?:length|size|limit|bytes|total|received|max)\w*\s*\)?\s*[<>]=?|[<>]=?\s*[\w.]*(?:limit|max|size|length)/i.test(
      text,
    ) ||
    facts.tree
      .nodes('CallExpression')
      .some(
        (call) => isInside(call, around) && /^(?:destroy|limit|rawBody|getRawBody)$/.test(lastName(call.callee) ?? ''),
      )
  );
}
