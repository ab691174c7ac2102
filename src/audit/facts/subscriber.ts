/** Who subscribes: the object or the run of a function that a handler keeps alive. */
import { ancestors, functionAround, isBindCall, isInside } from '../ast/look.ts';
import { bare, type FunctionNode, is, isFunction, type Node } from '../ast/nodes.ts';
import type { FileFacts } from './file-facts.ts';
import { homeOf } from './variables.ts';

/** Whether a handler keeps `this` or a variable of some function alive, so that each one added costs memory. */
export function capturesSomething(facts: FileFacts, handler: Node): boolean {
  const inner = bare(handler);
  if (isBindCall(inner) || is(inner, 'CallExpression')) return true;
  if (is(inner, 'MemberExpression')) return facts.lifetimes.of(inner.object) !== 'process';
  const fn = facts.listeners.functionOf(inner);
  if (fn === undefined) {
    const variable = facts.variables.of(inner);
    return variable !== undefined && homeOf(variable) !== undefined;
  }
  return capturesFrom(facts, fn);
}

/** Whether a function uses a variable of a function around it, or `this`. */
function capturesFrom(facts: FileFacts, fn: Node): boolean {
  if (functionAround(fn) === undefined) return false;
  return (
    facts.tree.nodes('ThisExpression').some((node) => isInside(node, fn)) ||
    facts.tree.nodes('Identifier').some((node) => isInside(node, fn) && isOuterVariable(facts, node, fn))
  );
}

function isOuterVariable(facts: FileFacts, node: Node, fn: Node): boolean {
  const variable = facts.variables.of(node);
  const home = variable === undefined ? undefined : homeOf(variable);
  return home !== undefined && !isInside(home, fn);
}

/** Whether the code at `node` runs only when a test on a flag, a count or the thing's absence lets it. */
export function isGuarded(node: Node, isAbout: (test: Node) => boolean): boolean {
  for (const at of ancestors(node)) {
    if (isFunction(at)) return hasEarlyReturn(at, node, isAbout);
    if (is(at, 'IfStatement') && !isInside(node, at.test) && isAbout(at.test)) return true;
    if (is(at, 'ConditionalExpression') && isAbout(at.test)) return true;
    if (is(at, 'LogicalExpression') && isInside(node, at.right) && isAbout(at.left)) return true;
  }
  return false;
}

/** `if (this.timer) return;` before `node`. */
function hasEarlyReturn(fn: FunctionNode, node: Node, isAbout: (test: Node) => boolean): boolean {
  if (!is(fn.body, 'BlockStatement')) return false;
  return fn.body.body.some(
    (statement) =>
      statement.range[1] <= node.range[0] &&
      is(statement, 'IfStatement') &&
      leaves(statement.consequent) &&
      isAbout(statement.test),
  );
}

function leaves(statement: Node): boolean {
  const last = is(statement, 'BlockStatement') ? statement.body.at(-1) : statement;
  return is(last, 'ReturnStatement') || last?.type === 'ThrowStatement';
}

/** What a message calls the thing that leaks once for each run: the class, or the function. */
export function subscriberName(facts: FileFacts, node: Node): string {
  const owner = facts.classes.ofThis(node);
  const fn = functionAround(node);
  const name = fn === undefined ? undefined : facts.repetition.nameOf(fn);
  if (owner?.name !== undefined && (name === undefined || name === 'constructor')) return owner.name;
  if (owner?.name !== undefined) return `${owner.name}.${name}()`;
  for (let outer = fn; outer !== undefined; outer = functionAround(outer)) {
    const known = facts.repetition.nameOf(outer);
    if (known !== undefined) return `${known}()`;
  }
  return 'this function';
}
