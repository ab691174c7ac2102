// Floors over a run as an SVG, readable on light and dark pages; the same figures give the same file.
import { formatMib } from './format.mjs';

const [WIDTH, HEIGHT] = [720, 260];
const PLOT = { left: 72, right: 588, top: 18, bottom: 214 };
const TICKS = 4;
/** Told apart by dashes too, for those who see no colours. */
const STYLES = {
  naive: 'stroke="#d9622b" stroke-dasharray="7 4"',
  plimsoll: 'stroke="#2f81d7"',
};
const COLOURS = { naive: '#d9622b', plimsoll: '#2f81d7' };

/**
 * @param {{ title: string, axis: string, lines: readonly { form: 'naive' | 'plimsoll', label: string, floors: readonly number[] }[] }} chart
 * @returns {string}
 */
export function drawChart({ title, axis, lines }) {
  const top = ceilingOf(Math.max(...lines.flatMap(({ floors }) => floors)));
  const y = (bytes) => PLOT.bottom - (bytes / top) * (PLOT.bottom - PLOT.top);
  const ticks = Array.from({ length: TICKS + 1 }, (_, at) => (top * at) / TICKS);
  const ends = spreadApart(lines.map(({ floors }) => y(floors.at(-1))));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="12">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="desc">${escape(describe(axis, lines))}</desc>`,
    '<style>text{fill:#57606a}.grid{stroke:#8c959f;stroke-opacity:.35}@media (prefers-color-scheme:dark){text{fill:#9da7b3}}</style>',
    ...ticks.flatMap((bytes) => [
      `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${round(y(bytes))}" y2="${round(y(bytes))}"/>`,
      `<text x="${PLOT.left - 8}" y="${round(y(bytes) + 4)}" text-anchor="end">${formatTick(bytes)}</text>`,
    ]),
    `<text x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT - 14}" text-anchor="middle">${escape(axis)}</text>`,
    ...lines.flatMap(({ form, label, floors }, at) => [
      `<polyline fill="none" stroke-width="2" stroke-linejoin="round" ${STYLES[form]} points="${pointsOf(floors, y)}"/>`,
      `<text x="${PLOT.right + 8}" y="${round(ends[at] + 4)}" style="fill:${COLOURS[form]}">${escape(label)}</text>`,
    ]),
    '</svg>',
  ].join('\n')}\n`;
}

function pointsOf(floors, y) {
  const step = (PLOT.right - PLOT.left) / (floors.length - 1);
  return floors.map((floor, at) => `${round(PLOT.left + at * step)},${round(y(floor))}`).join(' ');
}

function describe(axis, lines) {
  const said = lines.map(
    ({ label, floors }) => `${label}: from ${formatMib(floors[0])} to ${formatMib(floors.at(-1))}`,
  );
  return `Memory left after full collections, over ${axis}. ${said.join('; ')}.`;
}

/** The next size whose quarters are read easily. */
function ceilingOf(bytes) {
  const mib = bytes / 2 ** 20;
  const unit = 10 ** Math.floor(Math.log10(mib));
  const step = [1, 1.2, 1.6, 2, 4, 6, 8, 10].find((each) => each * unit >= mib);
  return step * unit * 2 ** 20;
}

function formatTick(bytes) {
  return `${Number((bytes / 2 ** 20).toFixed(2))} MiB`;
}

/** Labels that would lie on each other are moved apart, the lower one down. */
function spreadApart(places, gap = 15) {
  const order = [...places.keys()].sort((a, b) => places[a] - places[b]);
  const moved = [...places];
  for (let i = 1; i < order.length; i++) moved[order[i]] = Math.max(moved[order[i]], moved[order[i - 1]] + gap);
  return moved;
}

function round(value) {
  return Number(value.toFixed(1));
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
