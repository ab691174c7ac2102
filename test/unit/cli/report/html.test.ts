import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { renderPage } from '../../../../src/cli/report/html/page.ts';
import { html, jsonMarkup, prose } from '../../../../src/cli/report/html/markup.ts';
import type { LeakReport } from '../../../../src/diagnose/report/report.ts';
import type { HeapBox } from '../../../../src/snapshot/index.ts';
import { boxOf, fullReport, heapOf, seriesOf } from '../../../helpers/reports.ts';
import { reportedOf } from '../../../helpers/suspects.ts';

const ASSETS = { script: 'window.isDrawn = true;', style: 'body { margin: 0 }' };
const page = (report: LeakReport): string => renderPage(report, ASSETS);

test('values are text, whatever they hold; markup is markup', () => {
  expect(html`<p>${'<b>"\''}${html`<i>${1}</i>`}${['&', null, false]}</p>`.text).toBe(
    '<p>&lt;b&gt;&quot;&#39;<i>1</i>&amp;</p>',
  );
  expect(html`${'a\u202eb\u0000c'}`.text).toBe('a\ufffdb\ufffdc');
  expect(prose('Map `a<b` holds').text).toBe('Map <code>a&lt;b</code> holds');
  expect(prose('a ` b').text).toBe('a ` b');
  expect(jsonMarkup({ a: '</script><!--' }).text).toBe('{"a":"\\u003c/script>\\u003c!--"}');
});

test('the policy of the page allows its own script and style, and nothing else', () => {
  const text = page(fullReport());
  const hash = (content: string): string => `sha256-${createHash('sha256').update(content).digest('base64')}`;
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)![1]!.replaceAll('&#39;', "'");
  expect(policy).toBe(
    `default-src 'none'; script-src '${hash(ASSETS.script)}'; style-src '${hash(ASSETS.style)}'; base-uri 'none'; form-action 'none'`,
  );
  expect(text).not.toMatch(/(?:src|href|action)=/);
});

test('the data of the page are the report', () => {
  const report = fullReport();
  const data = /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(page(report))![1]!;
  expect(JSON.parse(data)).toEqual({ schemaVersion: 1, ...report });
});

test.each([
  ['a leak', {}, ['Who holds it', 'Memory over time', 'Who retains what', 'Classes', 'Where it was allocated']],
  [
    'nothing at all',
    { suspects: [], series: [], open: [], allocationSites: [], warnings: [] },
    ['Environment and method'],
  ],
])('the words of %s are there without a script', (_what, parts, headings) => {
  const text = page(fullReport(parts));
  for (const heading of headings) expect(text).toContain(`>${heading}</h2>`);
});

test('what is not known is left out, or said', () => {
  const {
    heap: _heap,
    allocations: _allocations,
    processes: _processes,
    rounds: _rounds,
    ...bare
  } = fullReport({
    suspects: [],
    series: [],
  });
  const text = page(bare);
  for (const id of ['chart', 'icicle', 'flame', 'class-table', 'processes']) expect(text).not.toContain(`id="${id}"`);
});

test('a huge heap makes no huge page: names are cut, series thinned', () => {
  const name = 'x'.repeat(1_024);
  const deep = (left: number): HeapBox[] => (left === 0 ? [] : [boxOf(name, left, deep(left - 1))]);
  const tree = boxOf(
    name,
    1e9,
    Array.from({ length: 60 }, () => boxOf(name, 1e7, deep(49))),
  );
  const classes = Array.from({ length: 300 }, () => ({ name, count: 1, shallowBytes: 1, retainedBytes: 1 }));
  const report = fullReport({
    suspects: Array.from({ length: 8 }, () =>
      reportedOf({ sentence: name.repeat(20), path: Array.from({ length: 60 }, () => name) }),
    ),
    series: seriesOf(100_000),
    heap: heapOf({ tree, classes }),
  });
  expect(Buffer.byteLength(page(report))).toBeLessThan(3_000_000);
});
