#!/usr/bin/env node
// npm run scenarios [-- NAME... options]: the five systems, naive beside Plimsoll, on the same load. The status is 1 when a
// row is missed or a run failed. docs/scenarios.md is written when all were run, or with --page. Ctrl-C ends it with what
// there is by then.
import fs from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { BenchFailure, messageOf } from '../bench/lib/failure.mjs';
import { readOptions } from '../bench/lib/options.mjs';
import { root } from '../bench/lib/paths.mjs';
import { findRuntimes } from '../scripts/lib/runtimes.mjs';
import { helpOf } from './frame/help.mjs';
import { FORMS } from './frame/outcome.mjs';
import { makePage } from './frame/page.mjs';
import { LOAD_OPTIONS, readLoad } from './frame/program.mjs';
import { countRows, faultsOf, formatChecks, formatRuns, titleOf } from './frame/report.mjs';
import { runForm } from './frame/run-form.mjs';
import { listScenarios } from './frame/scenarios.mjs';

const OPTIONS = {
  ...LOAD_OPTIONS,
  limit: { kind: 'number', value: undefined, help: 'seconds after which a run has failed (300; 3600 with --long)' },
  page: { kind: 'flag', value: false, help: 'write docs/scenarios.md, also when not all were run' },
  folder: { kind: 'text', value: path.join(root, 'scenarios'), help: 'of the scenarios', isPath: true },
  docs: { kind: 'text', value: path.join(root, 'docs'), help: 'folder that the page is written to', isPath: true },
};

/** A signal ends the run under way, with all that it has started; npm passes on what the terminal has sent to us as well. */
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    process.exitCode = 128 + constants.signals[signal];
    stopping.abort(signal);
  });
}

try {
  await main(process.argv.slice(2));
} catch (thrown) {
  console.error(thrown instanceof BenchFailure ? messageOf(thrown) : thrown);
  process.exitCode = 2;
}

async function main(words) {
  const optionsAt = words.findIndex((word) => word.startsWith('-'));
  const names = optionsAt < 0 ? words : words.slice(0, optionsAt);
  const asksHelp = words.includes('--help') || words.includes('-h');
  const given = readOptions(
    OPTIONS,
    words.slice(names.length).filter((word) => word !== '--help' && word !== '-h'),
  );
  const { limit, page, folder, docs } = given;
  const all = await listScenarios(path.resolve(folder));
  if (asksHelp) return console.log(helpOf(all, OPTIONS));
  const load = readLoad(given);
  if (page && load.size === 'small')
    throw new BenchFailure('Expected --page without --small: the page is of whole runs.');
  const scenarios = choose(all, names);
  const starts = startsOf(scenarios, load);
  const runs = await runAll(starts, (limit ?? (load.size === 'long' ? 3600 : 300)) * 1000);
  report(runs);
  if (runs.length < starts.length) return tellInterrupted(starts.slice(runs.length));
  const isWhole = load.size === 'whole' && scenarios.length === all.length;
  if (isWhole || page) writePage({ scenarios, all, runs, folder, docs });
}

function choose(all, names) {
  const unknown = names.find((name) => !all.some((scenario) => scenario.name === name));
  if (unknown === undefined && all.length > 0)
    return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  const known = all.map(({ name }) => name).join(', ');
  throw new BenchFailure(`There is no scenario '${unknown ?? ''}'. There are: ${known || 'none'}.`);
}

/** All runs of the scenarios: each form, and the Plimsoll form on the other runtimes that there are. */
function startsOf(scenarios, { seed, size }) {
  const isWanted = (name) => scenarios.some(({ runtimes }) => runtimes.includes(name));
  const others = isWanted('Bun') ? findRuntimes().runtimes.filter(({ name }) => isWanted(name)) : [];
  return scenarios.flatMap(({ name: scenario, program, sizes, runtimes }) => {
    const flags = ['--seed', String(seed), ...(sizes.includes(size) ? [`--${size}`] : [])];
    const onNode = FORMS.map((form) => ({
      scenario,
      form,
      program: process.execPath,
      args: ['--expose-gc', program, form, ...flags],
    }));
    const elsewhere = runtimes.flatMap((runtime) => {
      const found = others.find(({ name }) => name === runtime);
      if (found === undefined) console.error(`${scenario}: ${runtime} is not there, so it is not run on it.`);
      const args = [program, 'plimsoll', ...flags];
      return found === undefined ? [] : [{ scenario, form: 'plimsoll', runtime, program: found.program, args }];
    });
    return [...onNode, ...elsewhere];
  });
}

/** Those that ended before a signal came. */
async function runAll(starts, limitMs) {
  const runs = [];
  for (const start of starts) {
    process.stderr.write(`${titleOf(start)} ... `);
    const ended = await runForm({ ...start, limitMs, stop: stopping.signal });
    if (stopping.signal.aborted) break;
    process.stderr.write(`${ended.seconds.toFixed(1)} s\n`);
    runs.push({ scenario: start.scenario, form: start.form, runtime: start.runtime, ...ended });
  }
  return runs;
}

function report(runs) {
  if (runs.length === 0) return;
  const { columns } = process.stdout;
  console.log(`\n${formatChecks(runs, columns)}\n\n${formatRuns(runs, columns)}\n`);
  const faults = faultsOf(runs);
  console.log(countRows(runs));
  for (const fault of faults) console.log(`MISSED  ${fault}`);
  if (faults.length > 0) process.exitCode ??= 1;
}

function tellInterrupted(left) {
  console.error(`\nEnded by ${stopping.signal.reason}. Not run to the end: ${left.map(titleOf).join(', ')}.`);
}

/** Keeps what was run, and writes the page from all that is kept. */
function writePage({ scenarios, all, runs, folder, docs }) {
  const failed = runs.filter(({ outcome }) => outcome === undefined);
  if (failed.length > 0) return console.log(`The page is not written: ${failed.map(titleOf).join(', ')} gave nothing.`);
  const results = path.join(folder, 'results');
  fs.mkdirSync(results, { recursive: true });
  for (const { name, title, about } of scenarios) {
    const outcomes = runs.filter(({ scenario }) => scenario === name).map(({ outcome }) => outcome);
    const kept = { title, about, date: new Date().toISOString().slice(0, 10), node: process.versions.node, outcomes };
    fs.writeFileSync(path.join(results, `${name}.json`), `${JSON.stringify(kept, undefined, 1)}\n`);
  }
  const files = all
    .map(({ name }) => path.join(results, `${name}.json`))
    .filter((file) => fs.existsSync(file))
    .map((file) => JSON.parse(fs.readFileSync(file, 'utf8')));
  for (const [name, text] of makePage(files)) {
    const file = path.join(docs, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  console.log(`written to ${path.relative(process.cwd(), path.join(docs, 'scenarios.md'))}`);
}
