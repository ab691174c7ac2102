/**
 * Rows as aligned text: the first column to the left, the others to the right.
 *
 * @param {readonly string[]} titles
 * @param {readonly (readonly unknown[])[]} rows
 */
export function formatTable(titles, rows) {
  const lines = [titles, ...rows].map((row) => row.map(String));
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const align = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  return lines.map((line) => `  ${line.map(align).join('  ')}`.trimEnd()).join('\n');
}

/** A figure with its extremes: `2.15 (2.10-2.31)`. */
export function formatSpread({ median, min, max }, digits) {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
}
