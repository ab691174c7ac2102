/** Small pieces that a text report is laid out with. Pure; widths in columns, one per character. */
import { stripVTControlCharacters } from 'node:util';

const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

export type Style = keyof typeof STYLES;

/** `text` in these styles, or as it is when the reader has no colours. */
export function paint(text: string, styles: readonly Style[], colors: boolean): string {
  if (!colors) return text;
  return styles.reduce((painted, style) => {
    const [on, off] = STYLES[style];
    return `\u001b[${on}m${painted}\u001b[${off}m`;
  }, text);
}

/** `text` without anything that could steer a terminal: names come from the program's own data. */
export function printable(text: string): string {
  return text.replaceAll(/[\t\r\n\u2028\u2029]+/g, ' ').replaceAll(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
}

/** Blanks at which a line may be broken: not the one between a figure and its unit. */
const BREAK = / +(?!(?:B|[KMG]iB|ms|s|min|h)\b)/;

/** Breaks `text` at blanks into lines of at most `width`; a longer word stands alone on its line. */
export function wrapLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAK)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && columnsOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines;
}

/** Puts `first` before the first line and blanks of the same width before the others. */
export function hang(first: string, lines: readonly string[], width: number = columnsOf(first)): string {
  return lines.map((line, index) => (index === 0 ? first : ' '.repeat(width)) + line).join('\n');
}

/** Columns that `text` takes, its colours left out. */
export function columnsOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A row of bars from the lowest to the highest of `values`, thinned to `most`; all low when they are equal. */
export function sparkline(values: readonly number[], most: number): string {
  const shown = values.length <= most ? values : Array.from({ length: most }, (_, k) => at(values, k / (most - 1)));
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low;
  const bar = (value: number): string => BARS[span === 0 ? 0 : Math.round(((value - low) / span) * (BARS.length - 1))]!;
  return shown.map(bar).join('');
}

function at(values: readonly number[], share: number): number {
  return values[Math.round(share * (values.length - 1))]!;
}
