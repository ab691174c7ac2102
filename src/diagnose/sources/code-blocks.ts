/**
 * Which block of compiled code encloses a place: enough of a reader of JavaScript to pass over texts, comments and
 * patterns and to pair braces. Used to tell which of many variables of one short name is meant.
 */

/** A block as offsets of its braces; without an end it goes on to the end of the text. */
export interface Block {
  readonly start: number;
  end: number;
  /** The block around it; `undefined` at the top. */
  readonly outer: Block | undefined;
}

/** A slash after one of these begins a pattern; after anything else it divides. */
const BEFORE_PATTERN = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|void|delete))\s*$/;
const LOOK_BACK = 12;

/** The blocks of a text, in order of their beginning. **Cost:** one pass. */
export function findBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  const open: Block[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '{') {
      const block = { start: i, end: text.length, outer: open.at(-1) };
      blocks.push(block);
      open.push(block);
    } else if (char === '}') {
      const block = open.pop();
      if (block !== undefined) block.end = i;
    } else i = endOfQuiet(text, i);
  }
  return blocks;
}

/** The innermost of the blocks around an offset; `undefined` at the top. **Cost:** logarithmic. */
export function blockAt(blocks: readonly Block[], offset: number): Block | undefined {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blocks[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  let block = blocks[low - 1];
  while (block !== undefined && block.end < offset) block = block.outer;
  return block;
}

/** Offset of the last character of a text, comment or pattern that begins here; the offset itself when none does. */
function endOfQuiet(text: string, i: number): number {
  switch (text[i]) {
    case '"':
    case "'":
    case '`':
      return endOfText(text, i);
    case '/':
      if (text[i + 1] === '/') return endAt(text, text.indexOf('\n', i));
      if (text[i + 1] === '*') return endAt(text, text.indexOf('*/', i + 2) + 1);
      return BEFORE_PATTERN.test(text.slice(Math.max(0, i - LOOK_BACK), i)) ? endOfPattern(text, i) : i;
    default:
      return i;
  }
}

function endAt(text: string, offset: number): number {
  return offset <= 0 ? text.length : offset;
}

function endOfText(text: string, start: number): number {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return i;
    else if (quote === '`' && text[i] === '$' && text[i + 1] === '{') i = endOfInsert(text, i + 1);
  }
  return text.length;
}

/** The closing brace of what is inserted into a template. */
function endOfInsert(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}') {
      if (--depth === 0) return i;
    } else i = endOfQuiet(text, i);
  }
  return text.length;
}

function endOfPattern(text: string, start: number): number {
  let isInClass = false;
  for (let i = start + 1; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '[') isInClass = true;
    else if (text[i] === ']') isInClass = false;
    else if (text[i] === '/' && !isInClass) return i;
  }
  return start;
}
