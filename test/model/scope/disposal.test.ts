import { test } from 'vitest';
import { sameAs } from '../../helpers/disposal.ts';
import { polyfillDisposal } from '../../helpers/disposal-polyfill.ts';
import { holds } from '../../helpers/properties.ts';
import { scopeDisposal } from '../../helpers/scope-disposal.ts';

test('a scope does what the disposable stacks of TC39 do, whatever is given to it', async () => {
  await holds(sameAs(scopeDisposal, polyfillDisposal), 400);
});
