// docs/scenarios.md and its charts, from the outcomes that are kept.
import { drawChart } from './chart.mjs';
import { formatFigure } from './format.mjs';
import { FIGURES } from './outcome.mjs';
import { TITLES, verdictOf } from './report.mjs';

const VERDICTS = { held: 'held', missed: '**missed**', unknown: 'not known' };

const INTRODUCTION = `# The five systems, running

Five systems that real programs needed, each as an experienced user would write it without Plimsoll and with it, on the same seeded load. What Plimsoll has to keep, and
how the naive form fails, is checked in every run: a row that is missed fails it. The page is written by

    npm run scenarios

and one scenario, another seed, or all of a load whatever time it takes, is run by

    npm run scenarios -- thread-store --seed 7
    npm run scenarios -- client-cache --long

**floor** is what heap and buffers hold after full collections, at the end of the load. A dash is what a form or a runtime cannot tell. Operations a second are shown and not
checked: they are those of the machine that wrote this page.`;

/**
 * @typedef {object} Kept What is kept of a scenario.
 * @property {string} title
 * @property {string} about A paragraph.
 * @property {string} date
 * @property {string} node
 * @property {readonly import('./outcome.mjs').Outcome[]} outcomes
 */

/**
 * @param {readonly Kept[]} scenarios In the order of the page.
 * @returns {Map<string, string>} Files by their path below docs/.
 */
export function makePage(scenarios) {
  const files = new Map();
  const parts = [INTRODUCTION, tableOf(scenarios)];
  for (const scenario of scenarios) {
    const chart = `scenarios/${scenario.outcomes[0].scenario}.svg`;
    files.set(chart, chartOf(scenario));
    parts.push(partOf(scenario, chart));
  }
  files.set('scenarios.md', `${parts.join('\n\n')}\n`);
  return files;
}

function tableOf(scenarios) {
  const rows = scenarios.flatMap(({ outcomes }) =>
    outcomes.map(
      (outcome) =>
        `| ${outcome.scenario} | ${labelOf(outcome)} | ${FIGURES.map((name) => formatFigure(name, outcome.figures[name])).join(' | ')} |`,
    ),
  );
  return [`| | | ${TITLES.join(' | ')} |`, `|---|---|${TITLES.map(() => '--:|').join('')}`, ...rows].join('\n');
}

/** The form, and where it ran if that is not the runtime of the page. */
function labelOf({ form, runtime }) {
  return runtime === undefined ? form : `${form}, ${runtime}`;
}

function chartOf({ title, outcomes }) {
  // Runtimes count memory differently: their floors would not be comparable.
  const lines = outcomes.filter(({ runtime }) => runtime === undefined);
  return drawChart({
    title: `${title}: memory left after full collections`,
    axis: lines[0].axis,
    lines: lines.map(({ form, floors }) => ({ form, label: form, floors })),
  });
}

function partOf({ title, about, date, node, outcomes }, chart) {
  const ran = outcomes.find(({ ran }) => ran !== undefined)?.ran;
  return [
    `## ${title}`,
    about,
    `![Memory left after full collections, naive beside Plimsoll](${chart})`,
    `Seed ${outcomes[0].seed}${ran === undefined ? '' : `; ${ran}`}. ${date}, Node.js ${node}.`,
    ...outcomes.map(checksOf),
  ].join('\n\n');
}

function checksOf(outcome) {
  const rows = outcome.checks.map((check) => {
    const { row, source, wanted, got } = check;
    return `| ${[row, source, wanted, got].map(escape).join(' | ')} | ${VERDICTS[verdictOf(check)]} |`;
  });
  return [`**${labelOf(outcome)}**`, ['| | from | wanted | got | |', '|---|---|---|---|---|', ...rows].join('\n')].join(
    '\n\n',
  );
}

function escape(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}
