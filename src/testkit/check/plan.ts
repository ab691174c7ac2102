/** How much work is done between the two snapshots that confirm a suspicion. Pure. */

/** Calls between the snapshots, in rounds, so that a count of what piles up can be compared with them. */
export const CONFIRM_ROUNDS = 3;
/** What piles up must stand out from what the engine does meanwhile, bytes. */
const PLAIN_BYTES = 64 * 1024;
const PLAIN_CALLS = 31;
const LONGEST_MS = 600;
const MOST_BYTES = 4 * 1024 * 1024;

export interface ConfirmPlan {
  /** Of each of the {@link CONFIRM_ROUNDS}: a prime, which hardly anything else counts by. */
  readonly iterations: number;
}

export function planConfirmation(state: {
  readonly callsSoFar: number;
  readonly callMs: number;
  /** Bytes per call. */
  readonly rate: number;
  /** Whether the growth comes in steps: then the next one must lie between the snapshots. */
  readonly isLumpy: boolean;
}): ConfirmPlan {
  const { callsSoFar, callMs, rate, isLumpy } = state;
  const wanted = Math.max(PLAIN_CALLS, PLAIN_BYTES / Math.max(1, rate), isLumpy ? callsSoFar : 0);
  const affordable = Math.min(LONGEST_MS / Math.max(callMs, 1e-6), MOST_BYTES / Math.max(1, rate));
  return { iterations: nextPrime(Math.max(1, Math.min(wanted, affordable) / CONFIRM_ROUNDS)) };
}

/** The smallest prime that is not less. */
export function nextPrime(from: number): number {
  let candidate = Math.max(2, Math.ceil(from));
  while (!isPrime(candidate)) candidate++;
  return candidate;
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false;
  }
  return true;
}
