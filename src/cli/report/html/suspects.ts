/** The head of the page in figures, and the suspects with their retaining paths. */
import { formatBytes, formatChange, formatCount, formatDuration } from '../../../base/units.ts';
import { acceptedText, type LeakReport, type ReportedSuspect } from '../../../diagnose/report/index.ts';
import { floorBytes } from '../../../diagnose/wire.ts';
import { html, type Markup, prose } from './markup.ts';

const KIND_TEXT: Readonly<Record<ReportedSuspect['kind'], string>> = {
  leak: 'leak',
  filling: 'filling',
  step: 'stopped',
};

export function keyFigures({ series, growthBytes, bytesPerMinute, environment: env }: LeakReport): Markup | null {
  const figures: (readonly [string, string])[] = [['watched', formatDuration(env.watchedMs)]];
  if (env.rounds > 0) figures.push(['rounds of load', formatCount(env.rounds)]);
  figures.push(['full collections', formatCount(env.floors)]);
  const last = series.at(-1);
  if (last !== undefined && series.length > 1) {
    figures.unshift(['growth once warm', formatChange(growthBytes)], ['a minute', formatChange(bytesPerMinute)]);
    figures.push(['alive at the end', formatBytes(floorBytes(last))], ['RSS at the end', formatBytes(last.rss)]);
  }
  if (figures.length === 1) return null;
  return html`<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function suspectsSection({ suspects, baseline }: LeakReport): Markup | null {
  const kept = baseline === undefined ? [] : [...baseline.expired, ...baseline.unused];
  if (suspects.length === 0 && kept.length === 0) return null;
  return html`<section aria-labelledby="suspects"><h2 id="suspects">Who holds it</h2>
${suspects.map((suspect, i) => suspectArticle(suspect, i + 1))}
${baseline !== undefined && kept.length > 0 && baselineNote(baseline)}</section>`;
}

function suspectArticle(suspect: ReportedSuspect, number: number): Markup {
  const { kind, accepted } = suspect;
  const style = accepted === undefined ? kind : 'accepted';
  return html`<article class="suspect ${style}" aria-labelledby="s${number}">
<h3 id="s${number}"><span class="number">${number}</span> <span class="tag ${style}">${
    accepted === undefined ? KIND_TEXT[kind] : 'accepted'
  }</span> ${titleOf(suspect)}</h3>
<p>${prose(suspect.sentence)}</p>
${suspect.path.length > 0 && chainOf(suspect.path)}
${suspect.steps.length > 1 && stepsOf(suspect.steps)}
${(suspect.examples ?? []).map((text) => html`<p class="fact"><b>For example</b> <code>${text}</code></p>`)}
${accepted !== undefined && html`<p class="fact"><b>Accepted</b> ${prose(acceptedText(accepted))}</p>`}
<p class="remedy"><b>What to do</b> ${prose(suspect.advice)}</p>
<p class="fact quiet">fingerprint <code>${suspect.fingerprint}</code></p>
</article>`;
}

function titleOf({ owner, holder, file, line }: ReportedSuspect): Markup {
  const place = file === null ? '' : line === null ? file : `${file}:${line}`;
  return html`<code>${owner === '' ? holder : owner}</code>${place !== '' && html` <span class="place">${place}</span>`}`;
}

/** From a place the reader knows to what piles up, each hop held by the one above it. */
function chainOf(path: readonly string[]): Markup {
  return html`<ol class="chain" aria-label="Retaining path">${path.map(
    (hop, i) => html`<li${i === path.length - 1 && html` class="end"`}><span>${hop}</span></li>`,
  )}</ol>`;
}

function stepsOf(steps: readonly number[]): Markup {
  const most = Math.max(1, ...steps.map(Math.abs));
  const rows = steps.map((bytes, i) => {
    const width = Math.round((Math.max(0, bytes) / most) * 100);
    return html`<tr><th scope="row">part ${i + 1}</th><td><svg class="part" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="10"/></svg></td><td class="num">${formatChange(bytes)}</td></tr>`;
  });
  return html`<table class="steps"><caption>Growth between one snapshot and the next</caption><tbody>${rows}</tbody></table>`;
}

function baselineNote({ file, expired, unused }: NonNullable<LeakReport['baseline']>): Markup {
  const row = (what: string, entry: (typeof unused)[number]): Markup =>
    html`<li><span class="tag">${what}</span> ${prose(entry.sentence)} (${acceptedText({
      reason: entry.reason,
      ...(entry.expires === undefined ? {} : { expires: entry.expires }),
    })})</li>`;
  return html`<h3>Accepted leaks in ${file}</h3><ul class="notes">${expired.map((entry) => row('expired', entry))}${unused.map(
    (entry) => row('not found', entry),
  )}</ul>`;
}
