import { expect, it } from 'vitest';
import { saysWord } from '../../../bench/diagnosis/words.mjs';

it.each([
  ['Variable `ring` holds 12 Link', 'ring', true],
  ['it holds 12 strings', 'ring', false],
  ['a Map of 300 entries', 'trie', false],
  ['a bounded cache', 'bound', false],
  ['registry.#entries of Registry', '#entries', true],
  ['EventEmitter._events.tick[]', 'tick', true],
  ['by 12 sliced strings', 'sliced string', true],
  ['Map `multiMap` holds', 'multi*', true],
  ['a commultiMap', 'multi*', false],
  ['Array `headers` holds 12 Buffer', 'headers', true],
  ['$held', 'held', false],
])('%j says %j: %j', (text, word, expected) => {
  expect(saysWord(text, word)).toBe(expected);
});
