import type { HashKey } from './half-sip.ts';

let processKey: HashKey | undefined;

interface RandomSource {
  readonly crypto?: { getRandomValues?: (words: Int32Array) => Int32Array };
}

/** The key of this process's hashes: made on first use, of the best randomness there is. */
export function hashKey(): HashKey {
  processKey ??= drawKey();
  return processKey;
}

/** Makes the hashes of caches made from now on repeatable; for tests. */
export function setHashKey(key: HashKey | undefined): void {
  processKey = key;
}

function drawKey(): HashKey {
  const words = new Int32Array(2);
  const { crypto } = globalThis as RandomSource;
  if (typeof crypto?.getRandomValues === 'function') crypto.getRandomValues(words);
  else words.forEach((_, at) => (words[at] = Math.random() * 2 ** 32));
  return { low: words[0]!, high: words[1]! };
}
