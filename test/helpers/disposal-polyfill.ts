import { createRequire } from 'node:module';
import type { AsyncStack, Disposal, SyncStack } from './disposal.ts';

const require = createRequire(import.meta.url);
// The package has no types.
const SyncPolyfill = require('disposablestack/DisposableStack') as new () => SyncStack;
const AsyncPolyfill = require('disposablestack/AsyncDisposableStack') as new () => AsyncStack;

/** An independent implementation of TC39's stacks, for runtimes that have none of their own. */
export const polyfillDisposal: Disposal = {
  sync: () => new SyncPolyfill(),
  async: () => new AsyncPolyfill(),
};
