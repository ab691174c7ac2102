/** Which functions of a class a method leads to. */
import { bare, type FunctionNode, type Node } from '../ast/nodes.ts';
import { isInside, propertyName } from '../ast/look.ts';
import type { ClassFacts } from './classes.ts';
import { isCloseLike, isFinal } from './names.ts';
import type { Tree } from './tree.ts';

/** The methods of a class that take it down, with all that they call of its own. */
export class Teardown {
  readonly #tree: Tree;
  readonly #cache = new Map<ClassFacts, readonly FunctionNode[]>();

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Whether a class has a method that ends it. */
  hasFinal(facts: ClassFacts): boolean {
    return [...facts.methods.keys()].some(isFinal);
  }

  /** The name of the method that ends it. */
  finalOf(facts: ClassFacts): string | undefined {
    return [...facts.methods.keys()].find(isFinal);
  }

  /** Whether the code at `node` runs when the object is taken down. */
  reaches(facts: ClassFacts, node: Node): boolean {
    return this.#functionsOf(facts).some((fn) => isInside(node, fn));
  }

  #functionsOf(facts: ClassFacts): readonly FunctionNode[] {
    const known = this.#cache.get(facts);
    if (known !== undefined) return known;
    const reached = new Set<FunctionNode>();
    const queue = [...facts.methods].filter(([name]) => isCloseLike(name)).map(([, fn]) => fn);
    for (let fn = queue.pop(); fn !== undefined; fn = queue.pop()) {
      if (reached.has(fn)) continue;
      reached.add(fn);
      queue.push(...this.#calledIn(facts, fn));
    }
    const found = [...reached];
    this.#cache.set(facts, found);
    return found;
  }

  /** Methods of the same class whose name is used inside `fn`, called or passed on. */
  #calledIn(facts: ClassFacts, fn: FunctionNode): FunctionNode[] {
    return this.#tree
      .nodes('MemberExpression')
      .filter((member) => isInside(member, fn) && bare(member.object).type !== 'Literal')
      .flatMap((member) => facts.methods.get(propertyName(member) ?? '') ?? []);
  }
}
