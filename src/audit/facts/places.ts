/**
 * Places: the variables and fields that hold things, each with one name however the source reaches it.
 *
 * `this.items`, `self.items` and `const { items } = this` are one place, `c0.items`. A place of the form `v3` is a
 * variable, `v3.a` a property of what it holds.
 */
import { propertyName } from '../ast/look.ts';
import { bare, is, type Node } from '../ast/nodes.ts';
import type { Variable } from '../ast/source.ts';
import type { Classes } from './classes.ts';
import { destructuredFrom, initOf, isReassigned, type Variables } from './variables.ts';

/** Aliases of aliases are followed so far. */
const MAX_DEPTH = 6;

export class Places {
  readonly #variables: Variables;
  readonly #classes: Classes;

  constructor(variables: Variables, classes: Classes) {
    this.#variables = variables;
    this.#classes = classes;
  }

  /** The place that an expression reads or writes, `undefined` when it has no fixed name. */
  of(node: Node, depth: number = 0): string | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const inner = bare(node);
    if (is(inner, 'Identifier')) {
      const variable = this.#variables.of(inner);
      return variable === undefined ? undefined : this.ofVariable(variable, depth);
    }
    if (inner.type === 'ThisExpression') return this.#classes.ofThis(inner)?.key;
    if (is(inner, 'MemberExpression')) {
      const name = propertyName(inner);
      const object = name === undefined ? undefined : this.of(inner.object, depth + 1);
      return object === undefined ? undefined : `${object}.${name}`;
    }
    if (is(inner, 'LogicalExpression')) return this.of(inner.left, depth + 1);
    return is(inner, 'AssignmentExpression') ? this.of(inner.left, depth + 1) : undefined;
  }

  /** The place of a variable: its own, or what it is merely another name for. */
  ofVariable(variable: Variable, depth: number = 0): string {
    // A class's name stands for what its methods call `this`: static and own fields of one name count as one.
    const own = this.#classes.ofVariable(variable)?.key ?? `v${this.#variables.idOf(variable)}`;
    if (isReassigned(variable)) return own;
    const part = destructuredFrom(variable);
    if (part !== undefined) {
      const object = this.of(part.object, depth + 1);
      return object === undefined ? own : `${object}.${part.name}`;
    }
    const init = initOf(variable);
    return init === undefined || !isAlias(init) ? own : (this.of(init, depth + 1) ?? own);
  }
}

/** A variable set from a name or a path is another name for it, as far as what it holds is concerned. */
function isAlias(init: Node): boolean {
  const inner = bare(init);
  if (is(inner, 'LogicalExpression')) return isAlias(inner.left);
  return is(inner, 'Identifier') || is(inner, 'MemberExpression') || inner.type === 'ThisExpression';
}
