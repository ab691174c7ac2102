/** What the audit found, in terms that do not depend on the engine. */
import { createHash } from 'node:crypto';
import type { Family } from './rule.ts';
import { RULES } from './rules/index.ts';

/** What an engine reports of one place. */
export interface RawFinding {
  /** The rule's name, without the plugin's. */
  readonly rule: string;
  readonly message: string;
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** One leak that the source shows. */
export interface Finding {
  readonly rule: string;
  readonly family: Family;
  readonly preset: 'recommended' | 'strict';
  readonly message: string;
  /** Path from the audited folder, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The same for the same leak after lines before it have come or gone. */
  readonly fingerprint: string;
}

/** A file that could not be audited, and why. */
export interface LeftOut {
  readonly file: string;
  readonly reason: string;
}

/** Gives each finding its fingerprint: rule, file, the line's own text, and which of several alike it is. */
export function asFindings(
  raw: readonly RawFinding[],
  nameOf: (file: string) => string,
  linesOf: (file: string) => readonly string[],
): Finding[] {
  const counts = new Map<string, number>();
  const inOrder = [...raw].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule),
  );
  return inOrder.map((one) => {
    const file = nameOf(one.file);
    const text = (linesOf(one.file)[one.line - 1] ?? '').replaceAll(/\s+/g, ' ').trim();
    const alike = `${one.rule}\n${file}\n${text}`;
    const nth = counts.get(alike) ?? 0;
    counts.set(alike, nth + 1);
    const fingerprint = createHash('sha256').update(`${alike}\n${nth}`).digest('hex').slice(0, 32);
    const { family, preset } = RULES[one.rule]!;
    return {
      rule: one.rule,
      family,
      preset,
      message: one.message,
      file,
      line: one.line,
      column: one.column,
      fingerprint,
    };
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
