/** The runtimes from npm, for tests that run a program on another one; why one is missing is said. */
import { findRuntimes, type Runtime } from '../../scripts/lib/runtimes.mjs';
import { serviceOrSkip } from './service.ts';

export const { runtimes, missing } = findRuntimes();

/** A runtime by its name in docs/runtimes.md, or that the tests which need it are left out. */
export function runtimeOrSkip(name: string): { readonly runtime: Runtime; readonly isMissing: boolean } {
  const runtime = runtimes.find((one) => one.name === name);
  const isMissing = serviceOrSkip([name, ...missing].join(': '), runtime !== undefined);
  return { runtime: runtime!, isMissing };
}
