import type { EntryFailure } from './entry.ts';

/** How many scopes of this process have closed since it began, by how it went. */
export interface Disposals {
  /** Everything in it ended. */
  ok: number;
  /** Something threw or rejected. */
  error: number;
  /** Something did not end in its time, and was left behind. */
  timeout: number;
}

const HOME = Symbol.for('plimsoll.disposals');

let disposals: Disposals | undefined;

/** The process's one account, whichever copy of the package asks. */
function account(): Disposals {
  const home = globalThis as { [HOME]?: Disposals };
  return (disposals ??= home[HOME] ??= { ok: 0, error: 0, timeout: 0 });
}

/** Counts a closing that is over. */
export function countDisposal(failures: readonly EntryFailure[]): void {
  const counts = account();
  if (failures.length === 0) counts.ok++;
  else if (failures.some(({ isTimeout }) => isTimeout)) counts.timeout++;
  else counts.error++;
}

/** How the closings of this process's scopes went so far, scopes within others counted too. */
export function scopeDisposals(): Readonly<Disposals> {
  return { ...account() };
}
