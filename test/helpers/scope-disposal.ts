import { Scope } from '../../src/scope/index.ts';
import type { Disposal } from './disposal.ts';

/** A scope as a disposable stack of either kind. */
export const scopeDisposal: Disposal = {
  sync: () => new Scope(),
  async: () => new Scope(),
};
