/** `plimsoll/test`: leak tests that do not flake. */
export type { AcceptedLeak } from '../diagnose/report/index.ts';
export type { KnownLeak } from './accepted/known.ts';
export type { Work } from './check/driver.ts';
export { expectNoLeak } from './check/expect.ts';
export { measureLeak } from './check/measure.ts';
export type { ExpectOptions, LeakOptions } from './check/options.ts';
export type { IgnoredLeak, Leak, LeakResult } from './check/result.ts';
export {
  type CollectedOptions,
  expectCollected,
  type RetainedObject,
} from './collected/expect-collected.ts';
export { leakMatchers, type LeakMatchers, type MatcherAnswer } from './collected/matchers.ts';
export { type Collectable, track, type Tracked } from './collected/track.ts';
export { expectReleased, type ReleasedOptions } from './released/expect-released.ts';
export type { Watchable } from './released/listeners.ts';
export type { Unreleased } from './released/open-things.ts';
export { githubAnnotations, junitReport } from './report/annotations.ts';
export { formatLeakResult } from './report/report-text.ts';
