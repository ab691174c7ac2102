/** What the rules ask of the host: ESLint 9, ESLint 10 and oxlint's JS plugins all give this much. */
import type { Identifier, Node } from './nodes.ts';

export interface Reference {
  readonly identifier: Identifier;
  readonly resolved: Variable | null;
  readonly writeExpr?: Node | null;
  readonly init?: boolean | null;
  isWrite(): boolean;
  isRead(): boolean;
}

export interface Definition {
  /** `Variable`, `Parameter`, `FunctionName`, `ClassName`, `ImportBinding`, `CatchClause`, ... */
  readonly type: string;
  readonly node: Node;
  readonly name: Node;
  readonly parent?: Node | null;
}

export interface Variable {
  readonly name: string;
  readonly defs: readonly Definition[];
  readonly references: readonly Reference[];
  readonly scope: Scope;
}

export interface Scope {
  readonly type: string;
  readonly block: Node;
  readonly variables: readonly Variable[];
  readonly references: readonly Reference[];
}

export interface SourceCode {
  readonly ast: Node & { readonly body: readonly Node[] };
  readonly text: string;
  readonly scopeManager: { readonly scopes: readonly Scope[] } | null;
  readonly visitorKeys: Readonly<Record<string, readonly string[]>>;
  getText(node: Node): string;
}
