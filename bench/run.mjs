#!/usr/bin/env node
// npm run bench                          lists the areas
// npm run bench NAME [-- options]        runs one;  npm run bench all  runs every one with its defaults
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BenchFailure, messageOf } from './lib/failure.mjs';
import { describeMachine, loadAverage } from './lib/machine.mjs';
import { readOptions } from './lib/options.mjs';
import { root } from './lib/paths.mjs';
import { writeResults } from './lib/results.mjs';

const outOption = { kind: 'text', value: undefined, help: 'file for the figures, instead of bench/results/NAME.json' };

/** Every folder beside this file with an index.mjs is an area. */
function areaNames() {
  const folder = path.join(root, 'bench');
  return fs.readdirSync(folder).filter((name) => fs.existsSync(path.join(folder, name, 'index.mjs')));
}

async function loadArea(name) {
  if (!areaNames().includes(name)) {
    throw new BenchFailure(`There is no bench '${name}'. There are: ${areaNames().join(', ')}.`);
  }
  return import(pathToFileURL(path.join(root, 'bench', name, 'index.mjs')).href);
}

async function listAreas() {
  const lines = [];
  for (const name of areaNames()) {
    const area = await loadArea(name);
    lines.push(`${name}: ${area.description}`);
    for (const [option, rule] of Object.entries({ ...area.options, out: outOption })) {
      const value = rule.value === undefined || rule.value === false ? '' : ` (${rule.value})`;
      lines.push(`    --${option}  ${rule.help}${value}`);
    }
  }
  console.log(lines.join('\n'));
}

async function runArea(name, words) {
  const area = await loadArea(name);
  const { out, ...options } = readOptions({ ...area.options, out: outOption }, words);
  const machine = describeMachine();
  const loadBefore = loadAverage();
  console.log(`${name}: ${area.description}`);
  const { report, figures, problem } = await area.run(options);
  console.log(`\n${report}\n`);
  const about = {
    area: name,
    date: new Date().toISOString(),
    machine,
    load: { before: loadBefore, after: loadAverage() },
  };
  const file = writeResults(name, { ...about, options: withoutPaths(area, options), figures }, out);
  console.log(
    `written to ${path.relative(process.cwd(), path.resolve(file))}; load average ${loadAverage().join(' ')}`,
  );
  if (problem !== undefined) throw new BenchFailure(problem);
}

/** Figures are kept and shown; where files lie on somebody's machine is not part of them. */
function withoutPaths(area, options) {
  return Object.fromEntries(Object.entries(options).filter(([name]) => area.options[name].isPath !== true));
}

const [name, ...words] = process.argv.slice(2);
try {
  if (name === undefined || name === '--help') await listAreas();
  else for (const area of name === 'all' ? areaNames() : [name]) await runArea(area, words);
} catch (thrown) {
  console.error(thrown instanceof BenchFailure ? messageOf(thrown) : thrown);
  process.exitCode = 1;
}
