import { functionAround, isCallOf, isInside, lastName, loopAround } from '../ast/look.ts';
import { bare, type CallNode, is, isFunction, type Node } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isModuleLevel } from '../facts/variables.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const raceInLoop: Rule = defineRule(
  'race-in-loop',
  {
    family: 'closures',
    preset: 'recommended',
    description: 'Races, again and again, against one promise that stays pending',
    messages: {
      loop:
        '`{{promise}}` is made outside of the loop and raced in every turn: each race adds a reaction to it, which holds ' +
        'the result of that turn until `{{promise}}` settles. Make it anew in each turn, or race one listener by hand.',
      field:
        'Every call races the same `{{promise}}`: each race adds a reaction to it, which holds the result of that call until ' +
        '`{{promise}}` settles, and it may never. Make a promise for each call and take its reaction back.',
    },
  },
  check,
);

/** Promises that settle when something large ends. */
const AT_THE_END =
  /clos|abort|disconnect|shutdown|shut_down|stop|exit|crash|terminat|destroy|dispos|cancel|ended|kill|quit|lost/i;

function* check(facts: FileFacts): Generator<Report> {
  for (const call of facts.tree.nodes('CallExpression')) {
    if (!isCallOf(call, 'Promise', ['race', 'any'])) continue;
    const [list] = call.arguments;
    const elements = is(list, 'ArrayExpression') ? list.elements : [];
    const isShort = elements.length < 2;
    const found = isShort
      ? undefined
      : (longLivedInLoop(facts, call, elements) ?? longLivedField(facts, call, elements));
    if (found !== undefined) yield { node: call, messageId: found.how, data: { promise: facts.textOf(found.promise) } };
  }
}

interface Found {
  readonly how: 'loop' | 'field';
  readonly promise: Node;
}

function longLivedInLoop(facts: FileFacts, call: CallNode, elements: readonly (Node | null)[]): Found | undefined {
  const loop = loopAround(call);
  if (loop === undefined) return undefined;
  const isLeaving =
    is(call.parent, 'ReturnStatement') ||
    (is(call.parent, 'AwaitExpression') && is(call.parent.parent, 'ReturnStatement'));
  if (isLeaving) return undefined;
  const promise = elements.find((element) => element !== null && isMadeOutside(facts, bare(element), loop));
  return promise ? { how: 'loop', promise } : undefined;
}

/** A name that gets its value outside of the loop, and never a new one inside. */
function isMadeOutside(facts: FileFacts, element: Node, loop: Node): boolean {
  if (is(element, 'Identifier')) {
    const variable = facts.variables.of(element);
    if (variable === undefined || variable.defs.some(({ node }) => isInside(node, loop))) return false;
    const home = functionAround(loop);
    return !variable.references.some(
      (reference) =>
        reference.isWrite() && (isInside(reference.identifier, loop) || functionAround(reference.identifier) !== home),
    );
  }
  if (!is(element, 'MemberExpression') || element.computed) return false;
  const name = lastName(element);
  const timesSet = facts.tree.nodes('AssignmentExpression').filter(({ left }) => lastName(left) === name);
  return (
    timesSet.length < 2 &&
    !timesSet.some((node) => isInside(node, loop)) &&
    /promise|closed|abort|done|stopp|cancel|exit|shutdown|end/i.test(name ?? '')
  );
}

/** `Promise.race([work(), this.closedPromise])` in a method that is called often. */
function longLivedField(facts: FileFacts, call: CallNode, elements: readonly (Node | null)[]): Found | undefined {
  if (facts.repetition.runsOnce(call) || facts.repetition.isSetUpCode(call)) return undefined;
  const promise = elements.find((element) => element !== null && isEndPromise(facts, bare(element)));
  return promise ? { how: 'field', promise } : undefined;
}

function isEndPromise(facts: FileFacts, element: Node): boolean {
  if (is(element, 'CallExpression')) return isKeptByMethod(facts, element);
  const name = lastName(element);
  if (name === undefined || !AT_THE_END.test(name)) return false;
  if (is(element, 'Identifier')) {
    const variable = facts.variables.of(element);
    return variable !== undefined && isModuleLevel(variable) && !isFunction(functionAround(variable.defs[0]!.node));
  }
  if (!is(element, 'MemberExpression')) return false;
  const object = bare(element.object);
  return object.type === 'ThisExpression' && !isMadeInMethod(facts, element);
}

/** A method of the same class that makes a promise once, and then gives the same one to all. */
function isKeptByMethod(facts: FileFacts, call: CallNode): boolean {
  const name = lastName(call);
  const method =
    name === undefined || call.arguments.length > 0 ? undefined : facts.classes.ofThis(call)?.methods.get(name);
  if (method === undefined || !AT_THE_END.test(name!)) return false;
  const isReturned = (node: Node): boolean =>
    facts.tree
      .nodes('ReturnStatement')
      .some(
        ({ argument }) =>
          argument !== null && isInside(argument, method) && facts.places.of(argument) === facts.places.of(node),
      );
  return facts.tree
    .nodes('AssignmentExpression')
    .some(({ left }) => isInside(left, method) && is(bare(left), 'MemberExpression') && isReturned(left));
}

/** A field that the same function sets anew is as short-lived as the call. */
function isMadeInMethod(facts: FileFacts, element: Node): boolean {
  const fn = functionAround(element);
  const name = lastName(element);
  return facts.tree
    .nodes('AssignmentExpression')
    .some(({ left }) => lastName(left) === name && fn !== undefined && isInside(left, fn));
}
