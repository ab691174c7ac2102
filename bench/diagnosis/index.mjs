// Does the verdict name the culprit? One small leak per shape under `plimsoll run`, two at a time.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect } from '../lib/child.mjs';
import { builtFile, distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { shapes } from './shapes.mjs';
import { saysWord } from './words.mjs';

export const description = 'shapes of leaks that `plimsoll run` names: the words of each in its first two suspects';

export const options = {
  only: { kind: 'names', value: undefined, help: 'shapes to try, instead of the 33 of shapes.mjs' },
  more: { kind: 'flag', value: false, help: 'also the shapes of test/fixtures/shapes, about 10 minutes' },
  seconds: { kind: 'number', value: 6, help: 'life of each program' },
  dist: distOption,
};

const PARALLEL = 2;
const shapesFile = fileURLToPath(new URL('shapes.mjs', import.meta.url));
const fixtures = fileURLToPath(new URL('../../test/fixtures/shapes/', import.meta.url));
const FIXTURES = ['maps', 'classes', 'texts', 'async', 'listeners', 'handles'];

/** What can be tried, by name: the words that must be said, and the program with its arguments. */
async function allTrials() {
  const trials = new Map([...shapes].map(([name, { words }]) => [name, { words, program: [shapesFile, name] }]));
  for (const file of FIXTURES) {
    const more = await import(path.join(fixtures, `${file}.mjs`));
    for (const name of more.shapes.names) {
      const program = [path.join(fixtures, 'run.mjs'), `${file}.mjs`, name, 'leaky'];
      trials.set(`${file}/${name}`, { words: more.shapes.get(name).words, program });
    }
  }
  return trials;
}

/** Tries every shape; a shape is named when all of its words stand in the sentences and paths of two suspects. */
export async function run({ only, more = false, seconds, dist }) {
  const trials = await allTrials();
  const names = only ?? (more ? [...trials.keys()] : [...shapes.keys()]);
  const unknown = names.find((name) => !trials.has(name));
  if (unknown !== undefined)
    throw new BenchFailure(`There is no shape '${unknown}'. See node bench/diagnosis/shapes.mjs.`);
  const cli = builtFile(dist, 'cli/main.js');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-shapes-'));
  try {
    const figures = await inParallel(names, async (name) => {
      const result = await tryShape(cli, folder, name, trials.get(name), seconds);
      console.log(formatResult(result));
      return result;
    });
    return { figures, report: formatReport(figures) };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The figures as text. */
export function formatReport(figures) {
  const missed = figures.filter((result) => !result.named).map((result) => `\n${formatResult(result)}`);
  return `named ${figures.length - missed.length} of ${figures.length}${missed.join('')}`;
}

/** `PARALLEL` at a time; results in the order of the names. */
async function inParallel(names, work) {
  const results = new Map();
  const queue = [...names];
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) results.set(name, await work(name));
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return names.map((name) => results.get(name));
}

async function tryShape(cli, folder, name, { words, program }, seconds) {
  const out = path.join(folder, name.replace('/', '-'));
  const json = `${out}.json`;
  const started = performance.now();
  const flags = ['run', '--quiet', '--out', out, '--json', json, '--'];
  const env = { ...process.env, SECONDS: String(seconds) };
  const { ending, errors } = await collect([cli, ...flags, process.execPath, ...program], { env });
  const tookS = (performance.now() - started) / 1000;
  // Snapshots of thirty programs would fill a small disk.
  fs.rmSync(out, { recursive: true, force: true });
  if (!fs.existsSync(json))
    return { name, named: false, verdict: `ended with ${ending}`, tookS, said: errors.slice(-600) };
  const { verdict, suspects } = JSON.parse(fs.readFileSync(json, 'utf8'));
  const said = suspects.slice(0, 2).map(({ sentence, path }) => [sentence, ...path].join('\n    '));
  const missing = words.filter((word) => !said.some((text) => saysWord(text, word)));
  return { name, named: missing.length === 0, verdict, missing, tookS, said: said.join('\n  ') };
}

function formatResult({ name, named, verdict, missing = [], tookS, said }) {
  const lack = missing.length > 0 ? ` lacks ${missing.join(', ')}` : '';
  return `${named ? 'ok  ' : 'MISS'} ${name}: ${verdict}, ${tookS.toFixed(0)} s${lack}\n  ${said.slice(0, 1200)}`;
}
