import { lastName, methodCall } from '../ast/look.ts';
import { bare, type CallNode, is, type Node } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { initOf } from '../facts/variables.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const pipeWithoutTeardown: Rule = defineRule(
  'pipe-without-teardown',
  {
    family: 'handles',
    preset: 'recommended',
    description: 'Files piped to a client, which stay open when the client leaves early',
    messages: {
      leak:
        '`pipe` does not close the file when the client leaves early: its descriptor stays open. Use ' +
        '`pipeline(file, {{target}}, callback)` of node:stream, which ends both.',
    },
  },
  check,
);

const CLIENT = /^_?(?:res|response|reply|rep|resp|httpResponse|serverResponse|raw|socket|ws)$/i;

function* check(facts: FileFacts): Generator<Report> {
  for (const call of facts.tree.nodes('CallExpression')) {
    const called = methodCall(call);
    const [target] = call.arguments;
    if (called?.method !== 'pipe' || target === undefined || !CLIENT.test(lastName(target) ?? '')) continue;
    const opened = openedFile(facts, called.receiver);
    if (opened === undefined || isTornDown(facts, called.receiver)) continue;
    yield { node: opened, messageId: 'leak', data: { target: facts.textOf(target) } };
  }
}

/** The `createReadStream()` at the beginning of a chain of pipes. */
function openedFile(facts: FileFacts, node: Node): CallNode | undefined {
  const inner = bare(node);
  const variable = facts.variables.of(inner);
  const value = variable === undefined ? inner : initOf(variable);
  if (!is(value, 'CallExpression')) return undefined;
  if (lastName(value.callee) === 'createReadStream') return value;
  const called = methodCall(value);
  return called !== undefined && /^(?:pipe|on|once)$/.test(called.method)
    ? openedFile(facts, called.receiver)
    : undefined;
}

/** Whether anything destroys the stream, or the file knows how to follow an end. */
function isTornDown(facts: FileFacts, stream: Node): boolean {
  const name = lastName(stream);
  return facts.tree.nodes('CallExpression').some((call) => {
    const called = methodCall(call);
    if (called !== undefined && /^(?:destroy|close|unpipe)$/.test(called.method))
      return lastName(called.receiver) === name;
    const [first] = call.arguments;
    return (
      first !== undefined && /^(?:destroy|pipeline|pump|finished|onFinished|eos)$/.test(lastName(call.callee) ?? '')
    );
  });
}
