// Figures of any area as text, for areas that have no report of their own.
import { formatSpread, formatTable } from '../lib/table.mjs';

const MOST_VALUES = 12;

/** Lists of objects become tables, objects lists of names and values. Texts of several lines are cut to their first. */
export function formatFigures(figures) {
  return blocksOf(figures, '').join('\n\n');
}

function blocksOf(value, title) {
  const above = title === '' ? '' : `${title}\n`;
  if (isCell(value)) return [`${above}  ${formatCell(value)}`];
  if (Array.isArray(value)) return value.length === 0 ? [] : [`${above}${formatRows(value)}`];
  const entries = Object.entries(value);
  const cells = entries.filter(([, each]) => isCell(each)).map(([name, each]) => [name, formatCell(each)]);
  const own = cells.length === 0 ? [] : [`${above}${formatTable(['', ''], cells).trim().replace(/^/, '  ')}`];
  const deeper = entries
    .filter(([, each]) => !isCell(each))
    .flatMap(([name, each]) => blocksOf(each, title === '' ? name : `${title}, ${name}`));
  return [...own, ...deeper];
}

function formatRows(list) {
  if (!list.every((row) => isPlain(row)))
    return `  ${list.slice(0, MOST_VALUES).map(formatCell).join(', ')}${list.length > MOST_VALUES ? ', ...' : ''}`;
  const titles = [...new Set(list.flatMap((row) => Object.keys(row).filter((name) => isCell(row[name]))))];
  const deeper = list.flatMap((row) => {
    const nested = Object.entries(row).filter(([, each]) => !isCell(each));
    const label = titles.filter((name) => typeof row[name] === 'string').map((name) => row[name])[0] ?? '';
    return nested.flatMap(([name, each]) => blocksOf(each, [label, name].filter(Boolean).join(', ')));
  });
  const table = formatTable(
    titles,
    list.map((row) => titles.map((name) => formatCell(row[name]))),
  );
  return [table, ...deeper].join('\n\n');
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSpread(value) {
  return isPlain(value) && 'median' in value && 'min' in value && 'max' in value;
}

function isInterval(value) {
  return isPlain(value) && 'low' in value && 'high' in value;
}

function isCell(value) {
  return typeof value !== 'object' || value === null || isSpread(value) || isInterval(value);
}

function formatCell(value) {
  if (value === undefined || value === null) return '-';
  if (isSpread(value)) return formatSpread(value, digitsOf(value.median));
  if (isInterval(value)) {
    const middle = value.ratio ?? value.median;
    const digits = digitsOf(middle);
    return `${middle.toFixed(digits)} (${value.low.toFixed(digits)}-${value.high.toFixed(digits)})`;
  }
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(digitsOf(value));
  return String(value).split('\n')[0].slice(0, 100);
}

/** Three digits that count. */
function digitsOf(value) {
  return Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.001))));
}
