import { messageOf } from '../../base/errors.ts';
import { toJson } from '../call.ts';

/** {@link viewOf} of what the program hands in, which may hold anything: as plain data that JSON has words for. */
export function plainViewOf(look: () => unknown): unknown {
  return viewOf(() => JSON.parse(toJson(look()) ?? 'null') as unknown);
}

/** What `look` gives; of what cannot be asked, why. One broken part must not take the answer from the others. */
export function viewOf<T>(look: () => T): T | { readonly unavailable: string } {
  try {
    return look();
  } catch (error) {
    return { unavailable: messageOf(error) };
  }
}
