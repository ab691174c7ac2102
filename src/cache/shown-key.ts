/**
 * How a key is shown to people: in logs, reports, alerts, warnings and metrics. The one way there: nothing that leaves
 * the cache as text may take a key from elsewhere.
 */
import { messageOf } from '../base/errors.ts';
import { describeValue } from '../base/options.ts';
import { makeSipKey, sipHash } from '../base/siphash.ts';
import type { SipKey } from '../base/siphash.ts';

let processKey: SipKey | undefined;

/**
 * `key` as text: short and on one line. A secret one as its keyed hash, `key#` and 16 hexadecimal digits: the same for the
 * same key everywhere in this process, so that lines about one key can be matched, and different in the next process.
 * Secret keys that are objects, functions or symbols are not told apart.
 */
export function shownKey(key: unknown, isSecret: boolean): string {
  if (!isSecret) return describeValue(key);
  processKey ??= makeSipKey();
  return `key#${sipHash(processKey, bytesOf(key))}`;
}

/** What is shown of an error of the user's own, whose message may quote a key: without a full stop, as the sentence goes on. */
export function shownError(error: unknown, isSecret: boolean): string {
  if (isSecret)
    return `${error instanceof Error ? 'an error' : 'something'} that is not shown, because keys are secret`;
  return messageOf(error).replace(/\.$/, '');
}

/** The type and the UTF-16 units of a key's text; two keys of one type differ in them if they differ. */
function bytesOf(key: unknown): Uint8Array {
  const isNamed =
    typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean';
  const text = `${typeof key} ${isNamed ? key : ''}`;
  return new Uint8Array(Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)).buffer);
}
