/** Tables of figures with one column of text at the end, so that names of any length and script leave them aligned. */

/** Columns that characters of East Asian scripts and pictographs take twice. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u;
const COMBINING = /\p{M}/u;
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes in a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += COMBINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** Text on one line without anything that would steer a terminal: names come from a file that may be foreign. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** At most `columns` columns of a text, its end being worth as much as its start. */
export function fitText(text: string, columns: number): string {
  const room = Math.max(4, columns);
  if (textWidth(text) <= room) return text;
  const characters = Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  const keep = (from: readonly string[], width: number): string[] => {
    const kept: string[] = [];
    let used = 0;
    for (const character of from) {
      used += textWidth(character);
      if (used > width) break;
      kept.push(character);
    }
    return kept;
  };
  const head = keep(characters, Math.ceil((room - 1) * 0.6));
  const tail = keep(characters.toReversed(), room - 1 - textWidth(head.join('')));
  return `${head.join('')}…${tail.toReversed().join('')}`;
}

/** Rows of figures, right-aligned, and a text; the first row is the heading. */
export function formatTable(rows: readonly (readonly string[])[], columns: number): string[] {
  const figures = (rows[0]?.length ?? 1) - 1;
  const widths = Array.from({ length: figures }, (_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const taken = widths.reduce((sum, width) => sum + width + 2, 0);
  return rows.map((row) => {
    const cells = widths.map((width, i) => `${row[i]!.padStart(width)}  `);
    return (cells.join('') + fitText(plainText(row[figures]!), columns - taken)).trimEnd();
  });
}
