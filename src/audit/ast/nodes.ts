/**
 * The parts of ESTree that the rules read. Parsers differ in what they add; what is not named here is never looked at.
 *
 * A node's `type` is a plain string, since a file may hold nodes that we do not know; {@link is} narrows it.
 */

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

/** Any node of a syntax tree. */
export interface Node {
  readonly type: string;
  readonly range: readonly [number, number];
  readonly loc: { readonly start: Position; readonly end: Position };
  /** Set by the host before any rule sees the end of the file. */
  readonly parent?: Node | null;
}

export interface FunctionNode extends Node {
  readonly id?: Identifier | null;
  readonly params: readonly Node[];
  readonly body: Node | null;
  readonly async: boolean;
  readonly generator: boolean;
}

export interface ClassNode extends Node {
  readonly id: Identifier | null;
  readonly superClass: Node | null;
  readonly body: { readonly body: readonly Node[] };
}

export interface Identifier extends Node {
  readonly name: string;
}

export interface CallNode extends Node {
  readonly callee: Node;
  readonly arguments: readonly Node[];
}

export interface MemberNode extends Node {
  readonly object: Node;
  readonly property: Node;
  readonly computed: boolean;
}

export interface LoopNode extends Node {
  readonly body: Node;
}

interface Wrapper extends Node {
  readonly expression: Node;
}

interface TwoSided extends Node {
  readonly left: Node;
  readonly right: Node;
  readonly operator: string;
}

interface WithBody extends Node {
  readonly body: readonly Node[];
}

interface WithArgument extends Node {
  readonly argument: Node | null;
}

interface ClassMember extends Node {
  readonly key: Node;
  readonly value: Node | null;
  readonly computed: boolean;
  readonly static: boolean;
  readonly accessibility?: string | null;
}

/** The node types that rules read, by name. */
export interface NodeTypes {
  ArrayExpression: Node & { readonly elements: readonly (Node | null)[] };
  ArrayPattern: Node & { readonly elements: readonly (Node | null)[] };
  ArrowFunctionExpression: FunctionNode;
  AssignmentExpression: TwoSided;
  AssignmentPattern: Node & { readonly left: Node; readonly right: Node };
  AwaitExpression: Node & { readonly argument: Node };
  BinaryExpression: TwoSided;
  BlockStatement: WithBody;
  CallExpression: CallNode;
  CatchClause: Node & { readonly body: Node };
  ClassDeclaration: ClassNode;
  ClassExpression: ClassNode;
  ConditionalExpression: Node & { readonly test: Node; readonly consequent: Node; readonly alternate: Node };
  ExportDefaultDeclaration: Node & { readonly declaration: Node };
  ExportNamedDeclaration: Node & {
    readonly declaration: Node | null;
    readonly specifiers: readonly (Node & { readonly local: Node })[];
  };
  ExpressionStatement: Node & { readonly expression: Node };
  ForInStatement: LoopNode & { readonly left: Node; readonly right: Node };
  ForOfStatement: LoopNode & { readonly left: Node; readonly right: Node; readonly await: boolean };
  FunctionDeclaration: FunctionNode;
  FunctionExpression: FunctionNode;
  Identifier: Identifier;
  IfStatement: Node & { readonly test: Node; readonly consequent: Node; readonly alternate: Node | null };
  ImportDeclaration: Node & { readonly source: Node & { readonly value: unknown } };
  ImportSpecifier: Node & { readonly imported: Node };
  Literal: Node & { readonly value: unknown };
  LogicalExpression: TwoSided;
  MemberExpression: MemberNode;
  MethodDefinition: ClassMember & { readonly kind: string };
  NewExpression: CallNode;
  ObjectExpression: Node & { readonly properties: readonly Node[] };
  ObjectPattern: Node & { readonly properties: readonly Node[] };
  PrivateIdentifier: Identifier;
  Program: WithBody;
  Property: Node & { readonly key: Node; readonly value: Node; readonly computed: boolean };
  PropertyDefinition: ClassMember;
  RestElement: Node & { readonly argument: Node };
  ReturnStatement: WithArgument;
  SequenceExpression: Node & { readonly expressions: readonly Node[] };
  SpreadElement: Node & { readonly argument: Node };
  TSParameterProperty: Node & { readonly parameter: Node; readonly accessibility?: string | null };
  ThisExpression: Node;
  TemplateLiteral: Node & { readonly expressions: readonly Node[] };
  TryStatement: Node & { readonly block: Node; readonly handler: Node | null; readonly finalizer: Node | null };
  UnaryExpression: Node & { readonly operator: string; readonly argument: Node };
  VariableDeclaration: Node & { readonly kind: string; readonly declarations: readonly Node[] };
  VariableDeclarator: Node & { readonly id: Node; readonly init: Node | null };
}

/** Whether `node` is there and of this type. */
export function is<T extends keyof NodeTypes>(node: Node | null | undefined, type: T): node is NodeTypes[T] {
  return node?.type === type;
}

/** Whether `node` is a function of any form. */
export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return is(node, 'FunctionDeclaration') || is(node, 'FunctionExpression') || node?.type === 'ArrowFunctionExpression';
}

/** Whether `node` is a class of either form. */
export function isClass(node: Node | null | undefined): node is ClassNode {
  return is(node, 'ClassDeclaration') || is(node, 'ClassExpression');
}

const LOOPS: ReadonlySet<string> = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

/** Whether `node` is a loop of any form. */
export function isLoop(node: Node | null | undefined): node is LoopNode {
  return node !== null && node !== undefined && LOOPS.has(node.type);
}

const WRAPPERS: ReadonlySet<string> = new Set([
  'ChainExpression',
  'ParenthesizedExpression',
  'TSAsExpression',
  'TSInstantiationExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
]);

/** The expression without what only types, optional chains or brackets put around it. */
export function bare(node: Node): Node {
  let inner = node;
  while (WRAPPERS.has(inner.type)) inner = (inner as Wrapper).expression;
  return inner;
}

/** The nearest node around `node` that is no such wrapper, and the child of it through which `node` is reached. */
export function useOf(node: Node): { readonly user: Node | undefined; readonly child: Node } {
  let child = node;
  while (child.parent && WRAPPERS.has(child.parent.type)) child = child.parent;
  return { user: child.parent ?? undefined, child };
}
