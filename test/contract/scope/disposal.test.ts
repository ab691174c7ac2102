/** What TC39 says of disposable stacks, held by `Scope` and, so that the suite is known to be right, by a polyfill. */
import { describe, test } from 'vitest';
import { BEHAVIOURS } from '../../helpers/disposal.ts';
import { polyfillDisposal } from '../../helpers/disposal-polyfill.ts';
import { scopeDisposal } from '../../helpers/scope-disposal.ts';

describe.each([
  ['Scope', scopeDisposal],
  ['the polyfill', polyfillDisposal],
])('%s', (_name, disposal) => {
  test.each(Object.entries(BEHAVIOURS))('%s', async (_behaviour, holds) => {
    await holds(disposal);
  });
});
