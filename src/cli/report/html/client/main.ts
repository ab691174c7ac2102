/** What the page does beyond its words: the charts, the two pictures, and a table that can be sorted. */
import { formatBytes, formatChange } from '../../../../base/units.ts';
import { type Box, showBoxes } from './boxes.ts';
import { showChart } from './chart.ts';
import { showRounds } from './rounds.ts';
import { enliven } from './class-table.ts';
import type { BoxData, FrameData, PageData } from './data.ts';

const report = JSON.parse(document.getElementById('report')!.textContent) as PageData;

function at(id: string): HTMLElement | null {
  return document.getElementById(id);
}

const chart = at('chart');
if (chart !== null) showChart(chart, report);
const rounds = at('rounds');
if (rounds !== null) showRounds(rounds, report);
const icicle = at('icicle');
if (icicle !== null && report.heap !== undefined) {
  showBoxes(icicle, boxOfHeap(report.heap.tree), { label: 'Who retains what', all: 'Whole heap' });
}
const flame = at('flame');
if (flame !== null && report.allocations !== undefined) {
  showBoxes(flame, boxOfFrame(report.allocations), { label: 'Where it was allocated', all: 'All allocations' });
}
const classes = at('class-table');
if (classes !== null) enliven(classes);

function boxOfHeap({ name, count, bytes, children }: BoxData): Box {
  return {
    name: count > 1 ? `${name} × ${count.toLocaleString('en-US')}` : name,
    kind: name.replace(/^.*: /, ''),
    detail: count > 1 ? `${formatBytes(bytes / count)} each` : '',
    bytes,
    children: children.map(boxOfHeap),
  };
}

function boxOfFrame({ function: name, file, line, bytes, grownBytes, children }: FrameData): Box {
  const place = file === '' ? '' : `${file}:${line}`;
  const grown = `${formatChange(grownBytes)} since the first look`;
  return {
    name,
    kind: file,
    detail: place === '' ? grown : `${place}, ${grown}`,
    bytes,
    children: children.map(boxOfFrame),
  };
}
