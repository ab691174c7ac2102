/**
 * The report as one page that asks for nothing: no request, no script or style but its own, which its policy knows by
 * their hashes. The words are there without a script; the script draws the chart and the two pictures from the report's
 * own data, which stand in the page as JSON.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { LeakReport } from '../../../diagnose/report/index.ts';
import { REPORT_SCHEMA } from '../json.ts';
import { html, jsonMarkup, Markup, prose } from './markup.ts';
import { classesSection, environmentSection, openSection, processesSection, sitesSection } from './tables.ts';
import { keyFigures, suspectsSection } from './suspects.ts';
import type { PageData } from './client/data.ts';
import { clippedReport } from './clip.ts';

/** What a page is made with beside its report: the built script and the style. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

export function htmlReport(report: LeakReport): string {
  const read = (name: string): string => fs.readFileSync(new URL(name, import.meta.url), 'utf8');
  return renderPage(report, { script: read('./client.js'), style: read('./style.css') });
}

/** **Cost:** a page of at most about 3 MB, however large the heap. */
export function renderPage(given: LeakReport, { script, style }: PageAssets): string {
  const report = clippedReport(given);
  const data: PageData & { readonly schemaVersion: number } = { schemaVersion: REPORT_SCHEMA, ...report };
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en" data-verdict="${report.verdict}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Plimsoll ${report.environment.plimsoll}">
<title>Memory verdict: ${report.verdict}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${bodyOf(report)}
<script type="application/json" id="report">${jsonMarkup(data)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function bodyOf(report: LeakReport): Markup {
  return html`<header class="top">
<p class="brand">Plimsoll <span>memory report</span></p>
<h1><span class="word ${report.verdict}">${report.verdict}</span> <span class="sr">is the verdict</span></h1>
<p class="why">${prose(report.explanation)}</p>
${keyFigures(report)}
</header>
<main>
${warningsSection(report)}
${suspectsSection(report)}
${chartSection(report)}
${sitesSection(report)}
${openSection(report)}
${processesSection(report)}
${pictureSection(report)}
${classesSection(report)}
${allocationSection(report)}
${environmentSection(report)}
</main>
<footer><p>Made by Plimsoll ${report.environment.plimsoll}. This file asks for nothing from anywhere; its data stand in it as JSON.</p></footer>`;
}

function warningsSection({ warnings }: LeakReport): Markup | null {
  if (warnings.length === 0) return null;
  return html`<section aria-labelledby="warnings"><h2 id="warnings">Warnings</h2><ul class="notes">${warnings.map(
    ({ code, message }) => html`<li>${prose(message)} <code>${code}</code></li>`,
  )}</ul></section>`;
}

function chartSection(report: LeakReport): Markup | null {
  if (report.series.length < 2) return null;
  return html`<section aria-labelledby="growth"><h2 id="growth">Memory over time</h2>
<p class="lead">Each point is what was left after a full collection, so garbage is not in it.</p>
<div id="chart" class="chart"><noscript>The chart needs a script; the figures below do not.</noscript></div>
<div id="rounds" class="chart"></div></section>`;
}

function pictureSection({ heap }: LeakReport): Markup | null {
  if (heap === undefined) return null;
  return html`<section aria-labelledby="heap"><h2 id="heap">Who retains what</h2>
<p class="lead">The heap at the last snapshot. A box is as wide as what would go with it; what stands below it is held by it alone. Things of one class are one box, and what is too small to see is left out.</p>
<div id="icicle" class="boxes"><noscript>The picture needs a script; the table of classes does not.</noscript></div></section>`;
}

function allocationSection({ allocations }: LeakReport): Markup | null {
  if (allocations === undefined) return null;
  return html`<section aria-labelledby="allocations"><h2 id="allocations">Where it was allocated</h2>
<p class="lead">What was alive at the last look, by the calls that allocated it: a function stands below the one that called it. Estimated from samples.</p>
<div id="flame" class="boxes"><noscript>The picture needs a script.</noscript></div></section>`;
}
