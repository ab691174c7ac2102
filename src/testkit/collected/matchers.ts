/** Matchers for `expect.extend`, in the form that Jest, vitest and Bun share. */
import { type CollectedOptions, findRetained, retainedText } from './expect-collected.ts';
import { type Collectable, readCollectable } from './track.ts';

/** What a matcher answers. */
export interface MatcherAnswer {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What the matchers add to `expect`, for a declaration of your own. */
export interface LeakMatchers<R = unknown> {
  /**
   * Waits for the object that is made by the function given to `expect`, or held by its `WeakRef` or handle of `track`,
   * to be collected. Has to be awaited.
   */
  toBeCollected(options?: CollectedOptions): Promise<R>;
}

/** `expect.extend(leakMatchers)`. */
export const leakMatchers: Readonly<{
  toBeCollected: (received: Collectable, options?: CollectedOptions) => Promise<MatcherAnswer>;
}> = {
  toBeCollected: (received, options = {}) => {
    // At once and not in the promise: Bun puts an error of its own in place of what a matcher rejects with.
    readCollectable(received);
    return answerFor(received, options);
  },
};

async function answerFor(received: Collectable, options: CollectedOptions): Promise<MatcherAnswer> {
  const retained = await findRetained(received, options);
  return retained === undefined
    ? { pass: true, message: () => 'Expected the object to be still there, but it was collected.' }
    : { pass: false, message: () => retainedText(retained) };
}
