/**
 * Whether `text` says `word` as a word of its own, in the singular or with an s: `ring` is not in `string`, `trie` is not
 * in `entries`. A word that ends in `*` may go on: `multi*` is in `multiMap`.
 */
export function saysWord(text, word) {
  const isOpen = word.endsWith('*');
  const letters = (isOpen ? word.slice(0, -1) : word).replace(/[^\w ]/g, '\\$&');
  return new RegExp(`(?<![\\w$])${letters}${isOpen ? '' : 's?(?![\\w$])'}`).test(text);
}
