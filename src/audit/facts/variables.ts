import { bare, type FunctionNode, is, isFunction, type Node } from '../ast/nodes.ts';
import { functionAround, keyName } from '../ast/look.ts';
import type { Definition, SourceCode, Variable } from '../ast/source.ts';

/** Which variable an identifier means. */
export class Variables {
  readonly #byIdentifier = new Map<Node, Variable>();
  readonly #ids = new Map<Variable, number>();

  constructor(source: SourceCode) {
    for (const scope of source.scopeManager?.scopes ?? []) {
      for (const variable of scope.variables) {
        for (const definition of variable.defs) this.#byIdentifier.set(definition.name, variable);
      }
      for (const { identifier, resolved } of scope.references) {
        if (resolved !== null) this.#byIdentifier.set(identifier, resolved);
      }
    }
  }

  /** The variable that a declared name is about; `undefined` for globals and for anything that is no identifier. */
  of(node: Node): Variable | undefined {
    const variable = this.#byIdentifier.get(node);
    return variable !== undefined && variable.defs.length > 0 ? variable : undefined;
  }

  /** A number that is this variable's alone in the file. */
  idOf(variable: Variable): number {
    const known = this.#ids.get(variable);
    if (known !== undefined) return known;
    this.#ids.set(variable, this.#ids.size);
    return this.#ids.size - 1;
  }
}

/** Whether a variable lives as long as the module: hosts put the top level in a global, module or function scope. */
export function isModuleLevel({ scope }: Variable): boolean {
  return scope.type === 'global' || scope.type === 'module' || scope.block.type === 'Program';
}

/** The only definition of a variable that has one. */
export function definitionOf(variable: Variable): Definition | undefined {
  return variable.defs.length === 1 ? variable.defs[0] : undefined;
}

/** Whether anything but its declaration gives the variable a value. */
export function isReassigned(variable: Variable): boolean {
  return variable.references.some((reference) => reference.isWrite() && reference.init !== true);
}

/** What a variable was declared with, as a plain name: `x = y = value` gives the value. */
export function initOf(variable: Variable): Node | undefined {
  const definition = definitionOf(variable);
  if (definition?.type !== 'Variable' || !is(definition.node, 'VariableDeclarator')) return undefined;
  const { id, init } = definition.node;
  if (init === null || !is(id, 'Identifier')) return undefined;
  let value = bare(init);
  while (is(value, 'AssignmentExpression')) value = bare(value.right);
  return value;
}

/** For `const { name: variable } = object`: the object and the property's name. */
export function destructuredFrom(variable: Variable): { readonly object: Node; readonly name: string } | undefined {
  const definition = definitionOf(variable);
  if (definition?.type !== 'Variable' || !is(definition.node, 'VariableDeclarator')) return undefined;
  const { id, init } = definition.node;
  if (init === null || !is(id, 'ObjectPattern')) return undefined;
  for (const property of id.properties) {
    if (!is(property, 'Property')) continue;
    const target = is(property.value, 'AssignmentPattern') ? property.value.left : property.value;
    const name = keyName(property);
    if (target === definition.name && name !== undefined) return { object: bare(init), name };
  }
  return undefined;
}

/** The function that a variable is a parameter of. */
export function parameterOf(variable: Variable): FunctionNode | undefined {
  const definition = definitionOf(variable);
  return definition?.type === 'Parameter' && isFunction(definition.node) ? definition.node : undefined;
}

/** The function that a variable names: a declaration, or a constant that holds a function. */
export function functionOf(variable: Variable): FunctionNode | undefined {
  const definition = definitionOf(variable);
  if (definition?.type === 'FunctionName' && isFunction(definition.node)) return definition.node;
  const init = initOf(variable);
  return isFunction(init) && !isReassigned(variable) ? init : undefined;
}

/** The module that an imported or required variable comes from. */
export function moduleOf(variable: Variable): string | undefined {
  const definition = definitionOf(variable);
  if (definition?.type === 'ImportBinding') {
    return is(definition.parent, 'ImportDeclaration') ? String(definition.parent.source.value) : undefined;
  }
  if (definition?.type !== 'Variable' || !is(definition.node, 'VariableDeclarator')) return undefined;
  return requiredModule(definition.node.init);
}

/** The module of `require('x')`, `require('x').y`, `await import('x')`. */
export function requiredModule(node: Node | null): string | undefined {
  let value = node === null ? undefined : bare(node);
  while (is(value, 'MemberExpression')) value = bare(value.object);
  if (!is(value, 'CallExpression') || !is(value.callee, 'Identifier') || value.callee.name !== 'require')
    return undefined;
  const [name] = value.arguments;
  return is(name, 'Literal') && typeof name.value === 'string' ? name.value : undefined;
}

/** The function whose run made the variable; `undefined` for those of the module. */
export function homeOf(variable: Variable): FunctionNode | undefined {
  if (isModuleLevel(variable)) return undefined;
  const block = variable.scope.block;
  return isFunction(block) ? block : functionAround(block);
}
