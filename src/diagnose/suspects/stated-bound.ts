/**
 * The bound of a store as its author wrote it: its size compared with a number, in a file that also takes things out of it.
 * It tells a cache that is still filling from one that never stops, where no limit stands beside the store in the heap.
 *
 * Read by pattern, not by parser: a hint for what is still below the number, worth nothing once that is passed.
 */
import type { Bound, CodePlace, Suspect } from '../../snapshot/index.ts';
import type { Places } from '../sources/index.ts';

const OPERATOR = String.raw`\s*(?:[<>]=?|[!=]==?)\s*`;
/** A number, or the name of one with or without what it is a property of. */
const OPERAND = String.raw`((?:[$\w]+\??\.)*#?[$\w]+)`;
const NUMBER = String.raw`(\d[\d_]*(?:\s*\*\s*\d[\d_]*)*)(?![\w.])`;

/** The smallest limit that the file around a place states for the store, and that what it holds has not passed. */
export function statedBound(suspect: Suspect, declared: CodePlace | null, places: Places): Bound | null {
  const name = suspect.owner.lastName;
  // One of many alike holds less than all of them.
  if (declared === null || suspect.alike > 0 || !/^#?[$\w]+$/.test(name)) return null;
  const text = places.sources.linesOf(declared.url)?.join('\n');
  if (text === undefined || !isTakenFrom(text, name)) return null;
  const held = Math.max(suspect.totals.at(-1) ?? 0, suspect.count);
  const bounds = limitsIn(text, name).filter((bound) => bound.value >= held);
  return bounds.sort((a, b) => a.value - b.value)[0] ?? null;
}

function limitsIn(text: string, name: string): Bound[] {
  const size = String.raw`(?:${word(name)}\??\.(?:size|length)|Object\.keys\(\s*(?:this\.)?${word(name)}\s*\)\.length)`;
  const found = [
    ...text.matchAll(new RegExp(`${size}${OPERATOR}${OPERAND}`, 'g')),
    ...text.matchAll(new RegExp(`${OPERAND}${OPERATOR}(?:[$\\w]+\\.)*${size}`, 'g')),
  ];
  return found.flatMap(([, operand]) => {
    const value = valueOf(text, operand!);
    return value === null ? [] : [{ name: operand!, value }];
  });
}

function valueOf(text: string, operand: string): number | null {
  const literal = productOf(operand);
  if (literal !== null) return literal;
  const constant = /#?[$\w]+$/.exec(operand)![0];
  const given = new RegExp(String.raw`${word(constant)}(?:\s*:\s*number)?\s*[=:]\s*${NUMBER}`).exec(text)?.[1];
  return given === undefined ? null : productOf(given);
}

/** `1_000`, `60 * 1000`. */
function productOf(text: string): number | null {
  const factors = text.split('*').map((factor) => factor.trim().replaceAll('_', ''));
  if (!factors.every((factor) => /^\d+$/.test(factor))) return null;
  const value = factors.reduce((product, factor) => product * Number(factor), 1);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** Whether anything is ever taken out of it again. */
function isTakenFrom(text: string, name: string): boolean {
  const taken = [
    String.raw`${word(name)}\??\.(?:delete|clear|shift|pop|splice)\(`,
    String.raw`${word(name)}\.length\s*=[^=]`,
    String.raw`\bdelete\s+(?:[$\w]+\.)*${word(name)}\[`,
    String.raw`${word(name)}\s*=\s*(?:[$\w]+\.)*${word(name)}\.(?:slice|filter)\(`,
  ];
  return new RegExp(taken.join('|')).test(text);
}

/** The name as a whole word. */
function word(name: string): string {
  return String.raw`(?<![$\w#])${name.replaceAll('$', String.raw`\$`)}(?![$\w])`;
}
