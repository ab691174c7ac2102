import fs from 'node:fs';
import type { ProfileNode } from './allocation-sites.ts';

/** What was alive by allocation stack, first and last. */
export interface Profiles {
  /** `undefined` when there is one profile only. */
  readonly first: ProfileNode | undefined;
  readonly last: ProfileNode;
}

/**
 * Reads the first and the last of some sampling heap profiles, oldest first. `undefined` when the last cannot be read:
 * a profile is a help, not a proof, and a report does without.
 */
export function readProfiles(files: readonly string[]): Profiles | undefined {
  const last = readProfile(files.at(-1));
  if (last === undefined) return undefined;
  return { first: files.length > 1 ? readProfile(files[0]) : undefined, last };
}

function readProfile(file: string | undefined): ProfileNode | undefined {
  if (file === undefined) return undefined;
  try {
    return (JSON.parse(fs.readFileSync(file, 'utf8')) as { readonly head: ProfileNode }).head;
  } catch {
    return undefined;
  }
}
