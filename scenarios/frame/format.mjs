// Figures as people read them.

/** What is not known. */
const NOTHING = '-';

const WRITERS = {
  floorBytes: (bytes) => formatMib(bytes),
  hitRatio: (ratio) => `${(ratio * 100).toFixed(1)} %`,
  throughput: (rate) => (rate >= 1000 ? `${(rate / 1000).toFixed(rate < 10_000 ? 1 : 0)} k` : rate.toFixed(0)),
};

/** @param {number} bytes */
export function formatMib(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** @param {string} name Of a figure. @param {number | null} value */
export function formatFigure(name, value) {
  if (value === null || value === undefined) return NOTHING;
  return WRITERS[name]?.(value) ?? value.toLocaleString('en-US');
}

const BARS = '▁▂▃▄▅▆▇█';

/**
 * Values as a row of bars, from the least to the greatest of `range`; neighbours are joined by their greatest.
 *
 * @param {readonly number[]} values
 * @param {{ width?: number, range?: readonly number[] }} [options] `range`: values that set the scale, so that several
 *   lines have the same.
 */
export function sparkline(values, { width = 24, range = values } = {}) {
  const low = Math.min(...range);
  const height = Math.max(...range) - low;
  const bar = (value) => (height === 0 ? 0 : Math.round(((value - low) / height) * (BARS.length - 1)));
  return thinned(values, width)
    .map((value) => BARS[bar(value)])
    .join('');
}

/** `width` values at most, each the greatest of its neighbours. */
function thinned(values, width) {
  const count = Math.min(width, values.length);
  return Array.from({ length: count }, (_, at) => {
    const [from, to] = [at, at + 1].map((edge) => Math.floor((edge * values.length) / count));
    return Math.max(...values.slice(from, to));
  });
}

/**
 * A line, broken at spaces into lines of at most `width` characters; a word that is longer stays whole.
 *
 * @param {string} line
 * @param {number} width
 * @param {string} indent Of all lines but the first.
 */
export function wrapped(line, width, indent) {
  const lines = [];
  let rest = line;
  while (rest.length > width) {
    const start = lines.length === 0 ? rest.search(/\S/) : indent.length;
    const before = rest.lastIndexOf(' ', width);
    const at = before > start ? before : rest.indexOf(' ', width);
    if (at < 0) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = indent + rest.slice(at).trimStart();
  }
  return [...lines, rest].join('\n');
}
