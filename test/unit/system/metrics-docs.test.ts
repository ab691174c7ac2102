/** The page of metrics and the Grafana dashboard follow from the table. */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GRAFANA, GUIDE, writeGrafana, writeGuide } from '../../../scripts/metrics.mjs';
import { METRICS, sampleNames } from '../../../src/system/index.ts';

test('docs/guide/metrics.md is what the table says', () => {
  const page = fs.readFileSync(GUIDE, 'utf8');
  expect(page, 'run `npm run metrics`').toBe(writeGuide(METRICS, sampleNames, page));
  for (const metric of METRICS)
    expect(page).toContain(`| \`${metric.type === 'histogram' ? metric.name : sampleNames(metric)[0]!}\` |`);
});

describe('docs/grafana.json', () => {
  const text = fs.readFileSync(GRAFANA, 'utf8');
  const { panels } = JSON.parse(text) as {
    panels: { title: string; targets: { expr: string; legendFormat: string }[] }[];
  };
  const expressions = panels.flatMap(({ targets }) => targets);

  test('is what its panels say', () => {
    expect(JSON.parse(text), 'run `npm run metrics`').toEqual(JSON.parse(writeGrafana()));
    expect(panels.length).toBeGreaterThan(10);
  });

  test.each(expressions)(
    '$expr asks for metrics that there are, and by labels that they have',
    ({ expr, legendFormat }) => {
      const known = new Map(METRICS.flatMap((metric) => sampleNames(metric).map((name) => [name, metric] as const)));
      const names = expr.match(/\b(?:process|nodejs|plimsoll)_\w+/g) ?? [];
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
      const labels = new Set([
        'instance',
        'worker',
        'thread',
        'le',
        ...names.flatMap((name) => known.get(name)!.labels),
      ]);
      const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap((match) => match[1]!.split(', '));
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!);
      expect([...grouped, ...shown].filter((label) => !labels.has(label))).toEqual([]);
    },
  );

  test('takes rates of counters, and of nothing else', () => {
    const counters = new Set(
      METRICS.filter(({ type }) => type === 'counter' || type === 'histogram').flatMap(sampleNames),
    );
    for (const { expr } of expressions) {
      const rated = [...expr.matchAll(/(?:rate|increase)\((\w+)/g)].map((match) => match[1]!);
      expect(rated.filter((name) => !counters.has(name))).toEqual([]);
      const used = (expr.match(/\b\w+_total\b/g) ?? []).filter((name) => !rated.includes(name));
      expect(used).toEqual([]);
    }
  });
});
