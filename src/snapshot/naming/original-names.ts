import type { CodePlace } from './locations.ts';

/** A variable as its author called it, and where it is declared. */
export interface OriginalVariable {
  readonly name: string;
  /** In the author's file; `null` when only the name is known. */
  readonly place: CodePlace | null;
}

/** What compiled code was called before its names were shortened. */
export interface OriginalNames {
  /** Name of the function or class whose compiled code begins at `place`. */
  ofCode(place: CodePlace, compiledName: string): string;
  /** The variable `compiledName` that the function at `place` sees; `null` when nothing more is known of it. */
  ofVariable(place: CodePlace, compiledName: string): OriginalVariable | null;
  /** The private field `#compiledName` of the class whose compiled code begins at `place`, with its `#`. */
  ofPrivate(place: CodePlace, compiledName: string): string;
}

export const NO_ORIGINALS: OriginalNames = {
  ofCode: (_, name) => name,
  ofVariable: () => null,
  ofPrivate: (_, name) => name,
};

/** Longer names were not made by a minifier. */
const LONGEST_SHORT = 3;

/** Whether a minifier may have made the name: only such are looked up. */
export function isShortened(name: string): boolean {
  return name.length > 0 && name.length <= LONGEST_SHORT && /^[$A-Z_a-z][$\w]*$/.test(name);
}
