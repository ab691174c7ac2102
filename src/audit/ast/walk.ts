import type { Node } from './nodes.ts';

type Keys = Readonly<Record<string, readonly string[]>>;

/** Nodes that hold types only: nothing in them happens when the program runs. */
const TYPES_ONLY: ReadonlySet<string> = new Set([
  'TSTypeAnnotation',
  'TSTypeParameterInstantiation',
  'TSTypeParameterDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
]);

/** Every node of a tree in the order of the source, types left out. **Cost:** one pass over the tree. */
export function collectNodes(root: Node, visitorKeys: Keys): Map<string, Node[]> {
  const byType = new Map<string, Node[]>();
  const visit = (node: Node): void => {
    if (TYPES_ONLY.has(node.type)) return;
    const same = byType.get(node.type);
    if (same === undefined) byType.set(node.type, [node]);
    else same.push(node);
    for (const key of visitorKeys[node.type] ?? [])
      visitAll((node as unknown as Readonly<Record<string, unknown>>)[key]);
  };
  const visitAll = (child: unknown): void => {
    if (Array.isArray(child)) child.forEach(visitAll);
    else if (isNode(child)) visit(child);
  };
  visit(root);
  return byType;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}
