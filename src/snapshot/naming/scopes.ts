import { type HeapView, WORD } from '../view.ts';

/**
 * Scopes (contexts) and the functions in them. A scope has no name or place of its own; any function made in it has.
 */
export class Scopes {
  readonly #view: HeapView;
  readonly #closureOf = new Map<number, number>();

  constructor(view: HeapView) {
    this.#view = view;
    const { graph } = view;
    for (let node = 0; node < graph.nodeCount; node++) {
      if (graph.nodeType[node] !== graph.nodeTypes.closure) continue;
      const context = view.internal(node, WORD.context);
      if (context >= 0 && !this.#closureOf.has(context)) this.#closureOf.set(context, node);
    }
  }

  /** A function made directly in this scope; -1 when none is left. */
  closureIn(context: number): number {
    return this.#closureOf.get(context) ?? -1;
  }

  /** A function made in this scope or in the nearest one around it; -1 when none is left. */
  closureInOrAround(context: number): number {
    let scope = context;
    for (let hops = 0; hops < 8 && scope >= 0; hops++) {
      const closure = this.closureIn(scope);
      if (closure >= 0) return closure;
      scope = this.#view.internal(scope, WORD.previous);
    }
    return -1;
  }

  /** Every scope with a function in it. */
  entries(): IterableIterator<[context: number, closure: number]> {
    return this.#closureOf.entries();
  }
}
