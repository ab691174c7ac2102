// Options of a bench area: a table of `{ name: { kind, value, help } }`, read from the command line.
import { BenchFailure } from './failure.mjs';

/**
 * @typedef {object} OptionRule
 * @property {'flag' | 'number' | 'numbers' | 'text' | 'names'} kind What the option takes; lists are separated by commas.
 * @property {unknown} value The default.
 * @property {string} help One line.
 * @property {boolean} [isPath] Names files of the user's: not written to the results.
 */

/** One reader a kind; each gives `undefined` for text that is none. */
const readers = {
  number: readNumber,
  numbers: (text) => readList(text, readNumber),
  text: (text) => text || undefined,
  names: (text) => readList(text, (part) => part || undefined),
};

function readNumber(text) {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function readList(text, readPart) {
  // `--only=` names nobody.
  if (text === '') return [];
  const parts = text.split(',').map((part) => readPart(part.trim()));
  return parts.includes(undefined) ? undefined : parts;
}

/**
 * Reads `--name value` and `--name=value` by the rules of an area.
 *
 * @param {Record<string, OptionRule>} rules
 * @param {readonly string[]} words
 * @returns {Record<string, unknown>} Every option of the table, given or by default.
 */
export function readOptions(rules, words) {
  const options = Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.value]));
  const rest = [...words];
  while (rest.length > 0) {
    const [name, inline] = splitWord(rest.shift());
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      const known = Object.keys(rules).map((known) => `--${known}`);
      throw new BenchFailure(`Unknown option --${name}. There are: ${known.join(', ')}.`);
    }
    options[name] = rule.kind === 'flag' ? true : readValue(name, rule, inline ?? rest.shift());
  }
  return options;
}

function splitWord(word) {
  if (!word.startsWith('--')) throw new BenchFailure(`Expected an option such as --rounds 5, got '${word}'.`);
  const at = word.indexOf('=');
  return at < 0 ? [word.slice(2), undefined] : [word.slice(2, at), word.slice(at + 1)];
}

function readValue(name, rule, text) {
  const value = text === undefined ? undefined : readers[rule.kind](text);
  if (value === undefined) throw new BenchFailure(`Expected --${name} to be ${rule.kind}, got ${text ?? 'nothing'}.`);
  return value;
}
