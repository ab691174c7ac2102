#!/usr/bin/env node
// `npm run metrics`: writes docs/guide/metrics.md and docs/grafana.json from the table of metrics of the built package.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMain } from './lib/main.mjs';
import { dist } from './lib/paths.mjs';
import { PANELS } from './metrics-panels.mjs';

export const GUIDE = 'docs/guide/metrics.md';
export const GRAFANA = 'docs/grafana.json';

const SOURCES = {
  process: ['The process', 'Nothing has to be wired for these.'],
  monitor: [
    'The monitor',
    'These need a running `Monitor`; what the runtime or the system cannot tell is absent, never 0.',
  ],
  caches: ['Caches', 'One series for each name; caches of one name are summed up, unnamed ones are only counted.'],
  scopes: ['Scopes', 'What all scopes of the process hold open.'],
  sessions: ['Sessions', 'These need a session broker, handed in as `sessions`. No session is named.'],
  shed: ['Load that was shed', 'These need a shedder, handed in as `shed`.'],
  metrics: ['The metrics themselves', 'What the answer does not show.'],
};

/**
 * The page of all metrics, with the text around the tables as it stands in the page now.
 *
 * @param {readonly import('../src/system/index.ts').Metric[]} metrics
 * @param {(metric: import('../src/system/index.ts').Metric) => readonly string[]} sampleNames
 * @param {string} page
 */
export function writeGuide(metrics, sampleNames, page) {
  const tables = Object.entries(SOURCES).map(([source, [title, about]]) => {
    const rows = metrics.filter((metric) => metric.source === source).map((metric) => row(metric, sampleNames));
    return [
      `### ${title}`,
      about,
      ['| metric | type | labels | what | in OpenTelemetry |', '|---|---|---|---|---|', ...rows].join('\n'),
    ].join('\n\n');
  });
  const [before, after] = page.split(/<!-- metrics -->[^]*<!-- end of metrics -->/);
  return `${before}<!-- metrics -->\n\n${tables.join('\n\n')}\n\n<!-- end of metrics -->${after}`;
}

function row(metric, sampleNames) {
  const { name, type, labels, help, otel } = metric;
  const shown = type === 'histogram' ? name : sampleNames(metric)[0];
  const elsewhere = otel === null ? (OTEL_BY_HAND[name] ?? '') : `\`${otel.name}\``;
  return `| \`${shown}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} | ${elsewhere} |`;
}

const OTEL_BY_HAND = { nodejs_gc_duration_seconds: '`v8js.gc.duration`' };

/** The Grafana dashboard as JSON. */
export function writeGrafana() {
  const panels = PANELS.map(({ title, unit, queries, wide }, i) => ({
    id: i + 1,
    title,
    type: 'timeseries',
    datasource: { type: 'prometheus', uid: '${datasource}' },
    gridPos: { h: 8, w: wide === true ? 24 : 12, x: wide === true || i % 2 === 0 ? 0 : 12, y: Math.floor(i / 2) * 8 },
    fieldConfig: { defaults: { unit, custom: { fillOpacity: 8, showPoints: 'never' } }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(([expr, legendFormat], at) => ({ refId: String.fromCharCode(65 + at), expr, legendFormat })),
  }));
  const dashboard = {
    title: 'Plimsoll',
    uid: 'plimsoll',
    schemaVersion: 39,
    tags: ['nodejs', 'memory'],
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus' },
        variable('job', 'label_values(process_resident_memory_bytes, job)'),
        variable('instance', 'label_values(process_resident_memory_bytes{job=~"$job"}, instance)'),
      ],
    },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function variable(name, query) {
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  return {
    name,
    type: 'query',
    datasource,
    query,
    refresh: 2,
    multi: true,
    includeAll: true,
    current: { text: 'All', value: '$__all' },
  };
}

if (isMain(import.meta.url)) {
  const { METRICS, sampleNames } = await import(pathToFileURL(path.resolve(dist, 'system/index.js')).href);
  fs.writeFileSync(GUIDE, writeGuide(METRICS, sampleNames, fs.readFileSync(GUIDE, 'utf8')));
  fs.writeFileSync(GRAFANA, writeGrafana());
}
