import type { Excuse } from '../check/accuse.ts';
import { type AcceptedLeak, isExpired } from '../../diagnose/report/index.ts';
import { isKnown, type KnownLeak, RUNNERS } from './known.ts';

/** What is ignored: accepted leaks whose day has not passed, known ones, and those of the runners. */
export function excuseBy(lists: {
  readonly accepted: readonly AcceptedLeak[];
  readonly known: readonly KnownLeak[];
  /** Today, `2026-12-31`. */
  readonly day: string;
}): Excuse {
  const { accepted, known, day } = lists;
  return (leak) => {
    const entry = accepted.find(({ fingerprint }) => fingerprint === leak.fingerprint);
    if (entry !== undefined && !isExpired(entry, day)) return { because: 'baseline', reason: entry.reason };
    const third = known.find((one) => isKnown(leak, one));
    if (third !== undefined) return { because: 'known', reason: third.reason };
    const runner = RUNNERS.find((one) => isKnown(leak, one));
    return runner === undefined ? undefined : { because: 'runner', reason: runner.reason };
  };
}
