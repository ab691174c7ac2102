/** What one use of a store does with it: adds, takes away, hands it out, or reads. */
import { functionAround, lastName, methodCall, propertyName } from '../ast/look.ts';
import { bare, type CallNode, is, isFunction, type Node, useOf } from '../ast/nodes.ts';
import { kindOf, type StoreKind } from './store-kinds.ts';

export interface Addition {
  readonly node: Node;
  /** The key, or the value where the store has no keys. */
  readonly key: Node;
  readonly value: Node | undefined;
  readonly isKeyed: boolean;
}

type NodeAssignment = Node & { readonly right: Node; readonly operator: string };

const REDUCING: ReadonlySet<string> = new Set(
  'delete clear splice shift pop remove evict prune reset trim del unset purge expire'.split(' '),
);
const MEASURES: ReadonlySet<string> = new Set(['size', 'length', 'byteLength']);
/** Calls that read what they are given and keep nothing. */
const READERS =
  /^(?:keys|values|entries|stringify|from|isArray|log|debug|info|warn|error|inspect|String|Boolean|all|allSettled|race|any|isEmpty|each|forEach|map|some|every|find|filter|has|hasOwn|includes|format|freeze|assert|ok|equal|Set|Map|concat|getOwnPropertyNames|size|max|min|sum)$/;

/** What a use adds, if it is certain that it adds. */
export function additionBy(user: Node, child: Node, kind: StoreKind): Addition | undefined {
  if (!is(user, 'MemberExpression') || user.object !== child) return undefined;
  const outer = useOf(user);
  if (is(outer.user, 'CallExpression') && outer.user.callee === outer.child) return addedByCall(outer.user, kind);
  if (!user.computed || !is(outer.user, 'AssignmentExpression') || outer.user.left !== outer.child) return undefined;
  if (kind !== 'object' && kind !== 'array') return undefined;
  const { right } = outer.user;
  return isNothing(right)
    ? undefined
    : { node: outer.user, key: bare(user.property), value: bare(right), isKeyed: true };
}

function addedByCall(call: CallNode, kind: StoreKind): Addition | undefined {
  const method = methodCall(call)?.method;
  const [first, second] = call.arguments;
  if (first === undefined) return undefined;
  if (kind === 'Map' && method === 'set') {
    return { node: call, key: bare(first), value: second === undefined ? undefined : bare(second), isKeyed: true };
  }
  const isAdded =
    (kind === 'Set' && method === 'add') || (kind === 'array' && (method === 'push' || method === 'unshift'));
  return isAdded ? { node: call, key: bare(first), value: bare(first), isKeyed: kind === 'Set' } : undefined;
}

/** Whether a use takes something away, replaces the store, or asks how large it is. */
export function isReduction(user: Node, child: Node, node: Node): boolean {
  if (is(user, 'AssignmentExpression')) return user.left === child && !isFirstAssignment(user, node);
  if (is(user, 'UnaryExpression')) return user.operator === 'delete';
  if (!is(user, 'MemberExpression') || user.object !== child) return is(user, 'ForInStatement') && user.left === child;
  const name = propertyName(user);
  const outer = useOf(user);
  if (name !== undefined && MEASURES.has(name)) return isMeasured(outer.user, outer.child);
  if (is(outer.user, 'CallExpression') && outer.user.callee === outer.child)
    return name !== undefined && REDUCING.has(name);
  if (is(outer.user, 'UnaryExpression')) return outer.user.operator === 'delete';
  if (is(outer.user, 'AssignmentExpression') && outer.user.left === outer.child && user.computed) {
    return isNothing(outer.user.right);
  }
  return false;
}

/** `undefined` and `null`, which stand for an entry that is gone. */
function isNothing(node: Node): boolean {
  return (is(node, 'Identifier') && node.name === 'undefined') || (is(node, 'Literal') && node.value === null);
}

/** `x.length > 10`, `x.length = 0`: compared with something else than nothing, or set. */
function isMeasured(user: Node | undefined, child: Node): boolean {
  if (is(user, 'AssignmentExpression')) return user.left === child;
  if (!is(user, 'BinaryExpression')) return false;
  if (!/^(?:[<>]=?|===?)$/.test(user.operator)) return false;
  const other = user.left === child ? user.right : user.left;
  const isLoopTest = user.parent?.type === 'ForStatement';
  return !isLoopTest && !(is(other, 'Literal') && (other.value === 0 || other.value === 1));
}

/** The assignment that makes the store in the first place, in a constructor or guarded by its absence. */
function isFirstAssignment(assignment: NodeAssignment, node: Node): boolean {
  if (assignment.operator === '??=' || assignment.operator === '||=') return true;
  if (kindOf(assignment.right) === undefined) return is(bare(assignment.right), 'LogicalExpression');
  const fn = functionAround(node);
  if (fn === undefined) return true;
  const parent = fn.parent;
  return is(parent, 'MethodDefinition')
    ? parent.kind === 'constructor'
    : fn.id !== null && /^[A-Z]/.test(fn.id?.name ?? '');
}

/** Whether a use gives the store to somebody else, who may keep it. */
export function isEscape(user: Node, child: Node): boolean {
  if (is(user, 'CallExpression') || is(user, 'NewExpression')) {
    return user.callee !== child && !READERS.test(lastName(user.callee) ?? '');
  }
  if (is(user, 'VariableDeclarator')) return !is(user.id, 'Identifier') && !is(user.id, 'ObjectPattern');
  if (is(user, 'Property')) return user.value === child;
  return (
    is(user, 'ReturnStatement') ||
    (is(user, 'AssignmentExpression') && user.right === child) ||
    is(user, 'ArrayExpression') ||
    is(user, 'ExportDefaultDeclaration') ||
    user.type === 'ExportSpecifier' ||
    user.type === 'YieldExpression' ||
    user.type === 'ArrowFunctionExpression' ||
    user.type === 'JSXExpressionContainer' ||
    is(user, 'AssignmentPattern') ||
    is(user, 'ConditionalExpression')
  );
}

/** Whether it is named there and not used. */
export function isDeclaration(user: Node, child: Node): boolean {
  if (is(user, 'VariableDeclarator'))
    return user.id === child || is(user.id, 'Identifier') || is(user.id, 'ObjectPattern');
  return is(user, 'PropertyDefinition') || isFunction(user);
}

/** The name in `a.name` and the key in `{ name: 1 }` are no uses of a variable. */
export function isObjectPart(user: Node, child: Node): boolean {
  if (is(user, 'MemberExpression')) return user.property === child && !user.computed;
  return is(user, 'Property') && user.key === child && user.value !== child;
}
