#!/usr/bin/env node
// `node scripts/verdict-picture.mjs REPORT > docs/images/verdict.svg`: the picture of the README, of the text that a real run has printed:
// `plimsoll run --quiet ... 2> REPORT`, in examples/find-a-leak. The text of the picture can be selected, searched and read out.
import fs from 'node:fs';

const LINE = 19;
const CHARACTER = 8.43;
const MARGIN = 20;
const BAR = 34;
/** Light and dark, by what the reader's system prefers. */
const STYLE = `
  .paper { fill: #ffffff; stroke: #d0d7de } .bar { fill: #f6f8fa } text { fill: #1f2328 } .dim { fill: #656d76 }
  .red { fill: #cf222e; font-weight: 600 } .key { fill: #0550ae }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; stroke: #30363d } .bar { fill: #161b22 } text { fill: #e6edf3 } .dim { fill: #8d96a0 }
    .red { fill: #ff7b72 } .key { fill: #79c0ff }
  }`;

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A line with what matters in it marked; `isNote`: of how it was found out, below the suspects. */
function marked(line, isNote) {
  if (line.startsWith('━')) return `<tspan class="red">${escape(line)}</tspan>`;
  if (isNote) return `<tspan class="dim">${escape(line)}</tspan>`;
  return escape(line).replaceAll(/`[^`]+`|[\w.-]+\.mjs:\d+|\+[\d.,]+ (?:MiB|KiB)/g, '<tspan class="key">$&</tspan>');
}

/**
 * @param {string} command What was typed.
 * @param {readonly string[]} lines What was printed.
 */
export function picture(command, lines) {
  const width = Math.ceil(MARGIN * 2 + CHARACTER * Math.max(...[`$ ${command}`, ...lines].map((line) => line.length)));
  const height = BAR + MARGIN + LINE * (lines.length + 2);
  const notes = lines.findIndex((line) => line.startsWith('   watched '));
  const rows = [
    `<tspan class="dim">$ </tspan>${escape(command)}`,
    '',
    ...lines.map((line, at) => marked(line, at >= notes)),
  ].map((line, at) => `<text x="${MARGIN}" y="${BAR + LINE * (at + 1) + 4}" xml:space="preserve">${line}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<title>The verdict of plimsoll run on a leaking service</title>
<style>${STYLE}
</style>
<rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>
<path class="bar" d="M1 ${BAR} V11 a10 10 0 0 1 10 -10 H${width - 11} a10 10 0 0 1 10 10 V${BAR} Z"/>
<circle cx="20" cy="17" r="5.5" fill="#ff5f57"/><circle cx="38" cy="17" r="5.5" fill="#febc2e"/><circle cx="56" cy="17" r="5.5" fill="#28c840"/>
${rows.join('\n')}
</svg>
`;
}

if (process.argv[1] === import.meta.filename) {
  const command = 'plimsoll run --rounds 5 --warmup 1 --drive "node load.mjs" server.mjs';
  const text = fs.readFileSync(process.argv[2], 'utf8');
  // Where the program lies is the machine's own business.
  const shown = text.slice(text.indexOf('━')).replaceAll(/\S+\/node \S*\/(server\.mjs)/g, 'node $1');
  process.stdout.write(picture(command, shown.trimEnd().split('\n')));
}
