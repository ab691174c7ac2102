/** The shape of a rule, and how one becomes an ESLint rule: look at the whole file when the host has read it. */
import type { Node } from './ast/nodes.ts';
import type { SourceCode } from './ast/source.ts';
import { factsOf, type FileFacts } from './facts/file-facts.ts';

/** The seven patterns of leaks that the audit looks for, and the two ways of losing input that go with them. */
export type Family = 'listeners' | 'timers' | 'collections' | 'handles' | 'closures' | 'strings';

/** A change that a person may accept; nothing is ever changed without being asked. */
export interface Suggestion {
  readonly messageId: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly fix: (fixer: Fixer) => unknown;
}

/** What hosts give to write a change with. */
export interface Fixer {
  insertTextAfter(node: Node, text: string): unknown;
  insertTextBefore(node: Node, text: string): unknown;
  insertTextBeforeRange(range: readonly [number, number], text: string): unknown;
  replaceText(node: Node, text: string): unknown;
}

export interface Report {
  /** Where the thing is acquired that nobody lets go. */
  readonly node: Node;
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  readonly suggest?: readonly Suggestion[];
}

export interface RuleText {
  readonly family: Family;
  /** In which preset: `recommended` is in `strict` too. */
  readonly preset: 'recommended' | 'strict';
  /** What it finds, for lists. */
  readonly description: string;
  readonly messages: Readonly<Record<string, string>>;
  readonly hasSuggestions?: boolean;
}

/** Looks at a file; `settings` is what the user wrote under `settings.plimsoll`. */
export type Check = (facts: FileFacts, settings: unknown) => Iterable<Report>;

interface HostContext {
  readonly sourceCode: SourceCode;
  readonly filename: string;
  readonly settings: Readonly<Record<string, unknown>>;
  report(descriptor: Report): void;
}

/** A rule as ESLint and oxlint want it, with what our own reports need. */
export interface Rule {
  readonly meta: {
    readonly type: 'problem';
    readonly docs: { readonly description: string; readonly url: string; readonly recommended: boolean };
    readonly hasSuggestions: boolean;
    readonly schema: readonly [];
    readonly messages: Readonly<Record<string, string>>;
  };
  readonly family: Family;
  readonly preset: 'recommended' | 'strict';
  create(context: HostContext): Readonly<Record<string, () => void>>;
}

/** Makes an ESLint rule of a name, its words and its look at a file. */
export function defineRule(name: string, text: RuleText, check: Check): Rule {
  return {
    meta: {
      type: 'problem',
      docs: { description: text.description, url: docUrl(name), recommended: text.preset === 'recommended' },
      hasSuggestions: text.hasSuggestions ?? false,
      schema: [],
      messages: text.messages,
    },
    family: text.family,
    preset: text.preset,
    create(context) {
      return {
        'Program:exit'() {
          const facts = factsOf(context.sourceCode, context.filename);
          if (facts === null) return;
          for (const report of check(facts, context.settings['plimsoll'])) context.report(report);
        },
      };
    },
  };
}

/** The page of a rule, which comes with the package. */
export function docUrl(name: string): string {
  return `node_modules/plimsoll/docs/rules/${name}.md`;
}
