/** Checks of one thread take turns: what one does would show in the floors of the other. */
import { OptionsError } from '../../base/errors.ts';
import { AsyncContext } from '../../runtime/index.ts';

const current = new AsyncContext<true>();
let last: Promise<unknown> = Promise.resolve();

/** Runs `check` when those before it are done. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` from within a check */
export async function inTurn<T>(check: () => Promise<T>): Promise<T> {
  if (current.get() === true) {
    throw new OptionsError(
      'PLIM_ERR_OPTION_INVALID',
      'Expected `work` to run no check for leaks itself: it would wait for its own end.',
    );
  }
  const before = last;
  const done = before.then(() => current.run(true, check));
  last = done.catch(() => {});
  return done;
}
