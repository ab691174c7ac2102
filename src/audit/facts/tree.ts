import { collectNodes } from '../ast/walk.ts';
import { type ClassNode, type FunctionNode, isClass, isFunction, type Node, type NodeTypes } from '../ast/nodes.ts';
import type { SourceCode } from '../ast/source.ts';

/** The nodes of a file by their type, each list in the order of the source. */
export class Tree {
  readonly #byType: Map<string, Node[]>;
  readonly program: Node;

  constructor(source: SourceCode) {
    this.program = source.ast;
    this.#byType = collectNodes(source.ast, source.visitorKeys);
  }

  nodes<T extends keyof NodeTypes>(type: T): readonly NodeTypes[T][] {
    return (this.#byType.get(type) ?? []) as NodeTypes[T][];
  }

  get classes(): readonly ClassNode[] {
    return [...this.nodes('ClassDeclaration'), ...this.nodes('ClassExpression')].filter(isClass);
  }

  get functions(): readonly FunctionNode[] {
    return [
      ...this.nodes('FunctionDeclaration'),
      ...this.nodes('FunctionExpression'),
      ...this.nodes('ArrowFunctionExpression'),
    ].filter(isFunction);
  }
}
