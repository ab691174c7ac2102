const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** One number as base64 VLQ. */
function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[digit | (rest > 0 ? 32 : 0)];
  } while (rest > 0);
  return text;
}

/** The mappings of a compiled file whose line `i` comes from line `lines[i]`, column 2, of the only source. */
export function mappingsOf(lines: readonly number[]): string {
  let line = 0;
  let column = 0;
  return lines
    .map((original) => {
      const segment = `${vlq(0)}${vlq(0)}${vlq(original - line)}${vlq(2 - column)}`;
      line = original;
      column = 2;
      return segment;
    })
    .join(';');
}

/** A source map of one source. */
export function sourceMapOf(source: string, lines: readonly number[], parts: object = {}): Record<string, unknown> {
  return { version: 3, sources: [source], names: [], mappings: mappingsOf(lines), ...parts };
}
