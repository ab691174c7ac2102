import fs from 'node:fs';
import { isShortened, type OriginalNames } from '../../snapshot/index.ts';
import type { ProfileNode } from './allocation-sites.ts';

/** What was alive by allocation stack, first and last. */
export interface Profiles {
  /** `undefined` when there is one profile only. */
  readonly first: ProfileNode | undefined;
  readonly last: ProfileNode;
}

/**
 * Reads the first and the last of some sampling heap profiles, oldest first. `undefined` when the last cannot be read:
 * a profile is a help, not a proof, and a report does without. Functions are called as their authors called them.
 */
export function readProfiles(files: readonly string[], names: OriginalNames): Profiles | undefined {
  const last = readProfile(files.at(-1));
  if (last === undefined) return undefined;
  const first = files.length > 1 ? readProfile(files[0]) : undefined;
  return { first: first && withOriginalNames(first, names), last: withOriginalNames(last, names) };
}

function withOriginalNames({ callFrame, children, ...node }: ProfileNode, names: OriginalNames): ProfileNode {
  const { functionName: compiled, url, lineNumber: line, columnNumber: column } = callFrame;
  const functionName = isShortened(compiled) ? names.ofCode({ url, line, column }, compiled) : compiled;
  return {
    ...node,
    callFrame: { ...callFrame, functionName },
    children: children.map((child) => withOriginalNames(child, names)),
  };
}

function readProfile(file: string | undefined): ProfileNode | undefined {
  if (file === undefined) return undefined;
  try {
    return (JSON.parse(fs.readFileSync(file, 'utf8')) as { readonly head: ProfileNode }).head;
  } catch {
    return undefined;
  }
}
