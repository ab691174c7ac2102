/** Which expressions make a collection, and of which kind. */
import { dotted } from '../ast/look.ts';
import { bare, is, type Node } from '../ast/nodes.ts';

export type StoreKind = 'Map' | 'Set' | 'array' | 'object';

/** The kind of collection that an expression makes, empty or not. */
export function kindOf(node: Node): StoreKind | undefined {
  const inner = bare(node);
  if (is(inner, 'NewExpression')) {
    const name = is(inner.callee, 'Identifier') ? inner.callee.name : undefined;
    if (name === 'Map' || name === 'Set')
      return inner.arguments.length === 0 || isEmpty(inner.arguments[0]!) ? name : undefined;
    return name === 'Array' && inner.arguments.length === 0 ? 'array' : undefined;
  }
  if (is(inner, 'ArrayExpression')) return inner.elements.length === 0 ? 'array' : undefined;
  if (is(inner, 'ObjectExpression')) return inner.properties.length === 0 ? 'object' : undefined;
  if (!is(inner, 'CallExpression')) return undefined;
  const [first] = inner.arguments;
  const isBareObject = dotted(inner.callee) === 'Object.create' && is(first, 'Literal') && first.value === null;
  return isBareObject ? 'object' : undefined;
}

function isEmpty(node: Node): boolean {
  const inner = bare(node);
  return (
    (is(inner, 'ArrayExpression') && inner.elements.length === 0) || (is(inner, 'Literal') && inner.value === null)
  );
}
