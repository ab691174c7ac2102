import type { Front, Unit } from './unit.ts';

/** Says which classes are nodes of a tree or lie between its nodes. */
export type IsNode = (className: string) => boolean;

/** What one staying owner gained. */
export interface Row {
  owner: number;
  /** First link of a chain, when the owner was reached over one. */
  first: number | undefined;
  bytes: number;
  /** Net bytes gained up to the middle snapshot; `undefined` without one. */
  earlyBytes: number | undefined;
  unit: string;
  count: number;
  readonly freed: number;
  examples: readonly number[];
  /** Other classes that came along, with their net counts. */
  readonly others: readonly { readonly className: string; readonly count: number }[];
  /** Whether the units stand beside each other; else those inside others count too. */
  isSideBySide: boolean;
  /** Whether others hold the same things too. */
  readonly isShared: boolean;
  /** Whether the owner is the root of a tree whose nodes gained. */
  isTree: boolean;
  /** What the new nodes of a tree hold, by class. */
  readonly entries: (isNode: IsNode) => ReadonlyMap<string, Unit>;
  /** The topmost new things by class, heaviest first. */
  readonly fronts: () => readonly Front[];
}
