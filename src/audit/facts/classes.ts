/**
 * Classes of every style: `class`, constructor functions with prototypes, and object literals with methods.
 *
 * What they have in common is all that rules need: a name, methods by name, and which functions see it as `this`.
 */
import { ancestors, isBindCall, keyName, lastName, methodCall, propertyName } from '../ast/look.ts';
import { bare, type FunctionNode, is, isClass, isFunction, type Node } from '../ast/nodes.ts';
import type { Variable } from '../ast/source.ts';
import type { Tree } from './tree.ts';
import { functionOf, initOf, type Variables } from './variables.ts';

export interface ClassFacts {
  /** This class's alone in the file. */
  readonly key: string;
  readonly name: string | undefined;
  readonly node: Node;
  readonly kind: 'class' | 'prototype' | 'object';
  readonly superName: string | undefined;
  readonly variable: Variable | undefined;
  construct: FunctionNode | undefined;
  readonly methods: Map<string, FunctionNode>;
}

/** Every class of a file, and whose `this` is whose. */
export class Classes {
  readonly all: ClassFacts[] = [];
  readonly #byFunction = new Map<FunctionNode, ClassFacts>();
  readonly #byNode = new Map<Node, ClassFacts>();
  readonly #byVariable = new Map<Variable, ClassFacts>();
  readonly #names = new Map<FunctionNode, string>();
  readonly #variables: Variables;

  constructor(tree: Tree, variables: Variables) {
    this.#variables = variables;
    for (const node of tree.classes) this.#addClass(node);
    this.#addPrototypes(tree);
    this.#addConstructors(tree);
    for (const node of tree.nodes('ObjectExpression')) this.#addObject(node);
  }

  /** The class whose instance `this` is at `node`. */
  ofThis(node: Node): ClassFacts | undefined {
    for (const at of ancestors(node)) {
      if (isClass(at)) return this.#byNode.get(at);
      if (!isFunction(at) || at.type === 'ArrowFunctionExpression') continue;
      const owner = this.#byFunction.get(at);
      if (owner !== undefined) return owner;
      if (!isBoundToOuterThis(at)) return undefined;
    }
    return undefined;
  }

  /** The class that a function is the constructor or a method of. */
  ofMethod(fn: FunctionNode): ClassFacts | undefined {
    return this.#byFunction.get(fn);
  }

  /** The class that a variable names. */
  ofVariable(variable: Variable): ClassFacts | undefined {
    return this.#byVariable.get(variable);
  }

  /** The name under which a function is a method. */
  methodName(fn: FunctionNode): string | undefined {
    return this.#names.get(fn);
  }

  #addClass(node: Node): void {
    if (!isClass(node)) return;
    const variable = node.id ? this.#variables.of(node.id) : undefined;
    const declarator = node.parent;
    const outer = is(declarator, 'VariableDeclarator') ? this.#variables.of(declarator.id) : undefined;
    const facts = this.#register(node, 'class', variable ?? outer, {
      name: node.id?.name ?? (is(declarator, 'VariableDeclarator') ? lastName(declarator.id) : undefined),
      superName: node.superClass ? lastName(node.superClass) : undefined,
    });
    if (outer !== undefined) this.#byVariable.set(outer, facts);
    for (const member of node.body.body) {
      if (!is(member, 'MethodDefinition') && !is(member, 'PropertyDefinition')) continue;
      const value = member.value === null ? undefined : bare(member.value);
      if (!isFunction(value)) continue;
      const name = keyName(member) ?? '';
      if (is(member, 'MethodDefinition') && member.kind === 'constructor') this.#setConstructor(facts, value);
      else this.#addMethod(facts, name, value);
    }
  }

  /** `X.prototype.m = f`, `X.prototype = {...}`, `proto.m = f`, `inherits(X, Y)`. */
  #addPrototypes(tree: Tree): void {
    for (const { left, right } of tree.nodes('AssignmentExpression')) {
      const target = bare(left);
      if (!is(target, 'MemberExpression')) continue;
      const value = lastValue(right);
      const name = propertyName(target);
      const owner = this.#prototypeOwner(target.object);
      if (owner !== undefined && name !== undefined && isFunction(value)) this.#addMethod(owner, name, value);
      else if (name === 'prototype') this.#addMethods(this.#constructorNamed(target.object), value);
    }
    for (const call of tree.nodes('CallExpression')) {
      const [first, second] = call.arguments;
      if (first === undefined || second === undefined) continue;
      if (/^(?:assign|extend|mixin)$/.test(lastName(call.callee) ?? ''))
        this.#addMethods(this.#prototypeOwner(first), bare(second));
      else if (lastName(call.callee) === 'inherits') this.#constructorNamed(first, lastName(second));
    }
  }

  #addMethods(owner: ClassFacts | undefined, value: Node): void {
    if (owner === undefined || !is(value, 'ObjectExpression')) return;
    for (const property of value.properties) {
      if (is(property, 'Property') && isFunction(property.value)) {
        this.#addMethod(owner, keyName(property) ?? '', property.value);
      }
    }
  }

  /** The class behind `X.prototype` or behind a variable that holds it. */
  #prototypeOwner(node: Node): ClassFacts | undefined {
    const inner = bare(node);
    if (is(inner, 'MemberExpression') && propertyName(inner) === 'prototype')
      return this.#constructorNamed(inner.object);
    const variable = this.#variables.of(inner);
    const init = variable === undefined ? undefined : initOf(variable);
    return is(init, 'MemberExpression') && propertyName(init) === 'prototype'
      ? this.#constructorNamed(init.object)
      : undefined;
  }

  #constructorNamed(node: Node, superName?: string): ClassFacts | undefined {
    const variable = this.#variables.of(bare(node));
    if (variable === undefined) return undefined;
    const known = this.#byVariable.get(variable);
    if (known !== undefined) return known;
    const construct = functionOf(variable);
    if (construct === undefined) return undefined;
    const facts = this.#register(construct, 'prototype', variable, { name: variable.name, superName });
    this.#setConstructor(facts, construct);
    return facts;
  }

  /** Functions with a capital that write to `this` are constructors, whether or not they have a prototype here. */
  #addConstructors(tree: Tree): void {
    for (const { left } of tree.nodes('AssignmentExpression')) {
      const target = bare(left);
      if (!is(target, 'MemberExpression') || target.object.type !== 'ThisExpression') continue;
      const fn = [...ancestors(target)].find((at) => isFunction(at) && at.type !== 'ArrowFunctionExpression');
      if (!isFunction(fn) || this.#byFunction.has(fn) || !fn.id || !/^[A-Z]/.test(fn.id.name)) continue;
      this.#constructorNamed(fn.id);
    }
  }

  #addObject(node: Node): void {
    if (!is(node, 'ObjectExpression')) return;
    const methods = node.properties.filter(
      (property) => is(property, 'Property') && property.value.type === 'FunctionExpression',
    );
    if (methods.length === 0) return;
    const declarator = node.parent;
    const variable = is(declarator, 'VariableDeclarator') ? this.#variables.of(declarator.id) : undefined;
    const facts = this.#register(node, 'object', variable, { name: variable?.name, superName: undefined });
    for (const property of methods) {
      if (!is(property, 'Property') || !isFunction(property.value)) continue;
      if (!this.#byFunction.has(property.value)) this.#addMethod(facts, keyName(property) ?? '', property.value);
    }
  }

  #register(
    node: Node,
    kind: ClassFacts['kind'],
    variable: Variable | undefined,
    names: { readonly name: string | undefined; readonly superName: string | undefined },
  ): ClassFacts {
    const facts: ClassFacts = {
      key: `c${this.all.length}`,
      node,
      kind,
      variable,
      ...names,
      construct: undefined,
      methods: new Map(),
    };
    this.all.push(facts);
    this.#byNode.set(node, facts);
    if (variable !== undefined) this.#byVariable.set(variable, facts);
    return facts;
  }

  #setConstructor(facts: ClassFacts, fn: FunctionNode): void {
    facts.construct = fn;
    this.#byFunction.set(fn, facts);
    this.#names.set(fn, 'constructor');
  }

  #addMethod(facts: ClassFacts, name: string, fn: FunctionNode): void {
    facts.methods.set(name, fn);
    this.#byFunction.set(fn, facts);
    this.#names.set(fn, name);
  }
}

function lastValue(node: Node): Node {
  let value = bare(node);
  while (is(value, 'AssignmentExpression')) value = bare(value.right);
  return value;
}

/** `function () {}.bind(this)`, `list.forEach(function () {}, this)`. */
function isBoundToOuterThis(fn: FunctionNode): boolean {
  const parent = fn.parent;
  if (is(parent, 'CallExpression')) return parent.arguments.at(-1)?.type === 'ThisExpression';
  const call = parent?.parent;
  return is(parent, 'MemberExpression') && is(call, 'CallExpression') && isBindCall(call)
    ? methodCall(call)?.receiver === fn && call.arguments[0]?.type === 'ThisExpression'
    : false;
}
