/**
 * How often code runs: once in the life of the process, or again and again.
 *
 * Top-level code runs once, and so does what only such code calls. Exported functions, methods, callbacks and loops
 * may run any number of times.
 */
import { functionAround, lastName, loopAround } from '../ast/look.ts';
import { type FunctionNode, is, isClass, type Node, useOf } from '../ast/nodes.ts';
import type { Reference, Variable } from '../ast/source.ts';
import type { ClassFacts, Classes } from './classes.ts';
import { isSetUp } from './names.ts';
import { functionOf, type Variables } from './variables.ts';

/** Calls whose callback runs at most once for each call. */
const ONCE_CALLBACKS: ReadonlySet<string> = new Set([
  'once',
  'then',
  'catch',
  'finally',
  'listen',
  'ready',
  'whenReady',
  'nextTick',
  'setImmediate',
  'queueMicrotask',
  'run',
  'Promise',
]);

export class Repetition {
  readonly #variables: Variables;
  readonly #classes: Classes;
  readonly #once = new Map<FunctionNode, boolean>();

  constructor(variables: Variables, classes: Classes) {
    this.#variables = variables;
    this.#classes = classes;
  }

  /** Whether the code at `node` runs at most once, as far as this file tells. */
  runsOnce(node: Node): boolean {
    if (loopAround(node) !== undefined) return false;
    const fn = functionAround(node);
    return fn === undefined || this.isCalledOnce(fn);
  }

  /** Whether a function is called at most once. */
  isCalledOnce(fn: FunctionNode): boolean {
    const known = this.#once.get(fn);
    if (known !== undefined) return known;
    this.#once.set(fn, false);
    const isOnce = this.#isCalledOnce(fn);
    this.#once.set(fn, isOnce);
    return isOnce;
  }

  /** Whether the function at `node`, or one around it, is set-up code by its name. */
  isSetUpCode(node: Node): boolean {
    for (let fn = functionAround(node); fn !== undefined; fn = functionAround(fn)) {
      const name = this.nameOf(fn);
      if (name !== undefined && name !== 'constructor' && isSetUp(name)) return true;
      if (this.isRepeatedCallback(fn)) return false;
    }
    return false;
  }

  /** Whether a function is handed to a call that may call it any number of times. */
  isRepeatedCallback(fn: FunctionNode): boolean {
    const { user, child } = useOf(fn);
    return (
      is(user, 'CallExpression') &&
      user.callee !== child &&
      !ONCE_CALLBACKS.has(lastName(user.callee) ?? '') &&
      !/^(?:forEach|map|each|filter)$/.test(lastName(user.callee) ?? '')
    );
  }

  /** The name of a function, as a method, a declaration or a constant. */
  nameOf(fn: FunctionNode): string | undefined {
    const method = this.#classes.methodName(fn);
    if (method !== undefined) return method;
    if (fn.id) return fn.id.name;
    const { user } = useOf(fn);
    if (is(user, 'VariableDeclarator')) return lastName(user.id);
    if (is(user, 'AssignmentExpression')) return lastName(user.left);
    if (is(user, 'PropertyDefinition') || is(user, 'Property')) return lastName(user.key);
    return undefined;
  }

  /** Whether there is at most one instance of a class, made by this file while it loads. */
  isSingleton(facts: ClassFacts): boolean {
    if (facts.kind === 'object') return facts.variable === undefined ? false : functionAround(facts.node) === undefined;
    if (facts.variable === undefined) return false;
    const uses = facts.variable.references.filter((reference) => !isDeclaration(reference));
    const made = uses.filter(({ identifier }) => is(identifier.parent, 'NewExpression'));
    return made.length === 1 && uses.every((use) => this.#isContained(use)) && made.every((use) => this.#isOnce(use));
  }

  #isOnce({ identifier }: Reference): boolean {
    return this.runsOnce(identifier);
  }

  /** Whether a use of a class's name gives it to nobody else. */
  #isContained({ identifier }: Reference): boolean {
    const parent = identifier.parent;
    if (is(parent, 'NewExpression')) return parent.callee === identifier;
    if (is(parent, 'MemberExpression')) return parent.object === identifier;
    return parent?.type.startsWith('TS') === true || is(parent, 'CallExpression');
  }

  #isCalledOnce(fn: FunctionNode): boolean {
    const owner = this.#classes.ofMethod(fn);
    if (owner !== undefined && owner.kind !== 'object') {
      return owner.construct === fn && this.isSingleton(owner);
    }
    const { user, child } = useOf(fn);
    if (is(user, 'CallExpression') || is(user, 'NewExpression')) {
      const isCallee = user.callee === child;
      if (isCallee || ONCE_CALLBACKS.has(lastName(user.callee) ?? '')) return this.runsOnce(user);
      return false;
    }
    if (is(user, 'MemberExpression')) {
      const call = user.parent;
      return is(call, 'CallExpression') && call.callee === user && this.runsOnce(call);
    }
    const variable = this.#variableOf(fn);
    return variable !== undefined && this.#isNamedOnce(variable);
  }

  #variableOf(fn: FunctionNode): Variable | undefined {
    const { user } = useOf(fn);
    const named = fn.type === 'FunctionDeclaration' ? fn.id : is(user, 'VariableDeclarator') ? user.id : undefined;
    const variable = named ? this.#variables.of(named) : undefined;
    return variable !== undefined && functionOf(variable) === fn ? variable : undefined;
  }

  /** Called directly, from one place, by code that runs once. */
  #isNamedOnce(variable: Variable): boolean {
    const definition = variable.defs[0]!;
    const statement = is(definition.node, 'VariableDeclarator') ? definition.node.parent : definition.node;
    if (statement?.parent?.type.startsWith('Export') === true) return false;
    const uses = variable.references.filter((reference) => !isDeclaration(reference));
    const [only] = uses;
    if (only === undefined || uses.length > 1) return false;
    const call = only.identifier.parent;
    return is(call, 'CallExpression') && call.callee === only.identifier && this.runsOnce(call);
  }
}

function isDeclaration(reference: Reference): boolean {
  return reference.isWrite() || isClass(reference.identifier.parent);
}
