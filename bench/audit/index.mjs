// How many files a second the rules read, in oxlint and in ESLint, beside the same engine with one empty rule.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastJsonLine, measureNode } from '../lib/child.mjs';
import { builtFile, distOption, importBuilt } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { interleave } from '../lib/interleave.mjs';
import { root } from '../lib/paths.mjs';
import { bootstrapInterval, geometricMean, pairedRatios, spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';

export const description =
  'files per second of the audit, in oxlint and in ESLint, beside the same engine with one empty rule';

export const options = {
  rounds: { kind: 'number', value: 5, help: 'runs of each contender' },
  files: { kind: 'number', value: 600, help: 'source files to read' },
  dist: distOption,
};

/** CommonJS of this checkout's own tools: of all ages and styles, and the same wherever the lock file is. */
const PACKAGES = [
  'eslint/lib',
  'ajv/lib',
  'commander/lib',
  'ws/lib',
  'espree/dist',
  'es-abstract/2024',
  'es-abstract/helpers',
  'typed-array-buffer',
  'axe-core',
  'yargs',
  '@microsoft/api-extractor/lib-commonjs',
];

const emptyPlugin = fileURLToPath(new URL('empty-plugin.mjs', import.meta.url));
const eslintRun = fileURLToPath(new URL('eslint-run.mjs', import.meta.url));

/** Measures CPU and wall time of whole runs. */
export async function run({ rounds, files, dist }) {
  const { rules } = (await importBuilt(dist, 'audit/plugin.js')).default;
  const sources = gatherSources(files);
  const ours = { plugin: builtFile(dist, 'audit/plugin.js'), rules: Object.keys(rules) };
  const empty = { plugin: emptyPlugin, rules: ['nothing'] };
  const contenders = [
    oxlint('oxlint', ours, sources.folder),
    oxlint('oxlint, empty rule', empty, sources.folder),
    eslint('ESLint', ours, sources.folder),
    eslint('ESLint, empty rule', empty, sources.folder),
  ];
  const runOnce = async (contender) =>
    checked(contender, await measureNode(contender.args, { cwd: sources.folder }), sources.files);
  const runs = await interleave(contenders, rounds, runOnce).finally(sources.remove);
  const figures = { files: sources.files, lines: sources.lines, engines: {} };
  for (const name of ['oxlint', 'ESLint'])
    figures.engines[name] = compare(runs.get(name), runs.get(`${name}, empty rule`), sources.files);
  return { figures, report: formatReport(figures) };
}

function oxlint(name, { plugin, rules }, folder) {
  const config = path.join(path.dirname(folder), `${name.replaceAll(/\W+/g, '-')}.json`);
  const settings = {
    jsPlugins: [plugin],
    plugins: [],
    categories: { correctness: 'off' },
    rules: Object.fromEntries(rules.map((rule) => [`plimsoll/${rule}`, 'warn'])),
  };
  fs.writeFileSync(config, JSON.stringify(settings));
  const bin = path.join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const args = [bin, '-c', config, '--disable-nested-config', '--no-ignore', '--format', 'json', folder];
  return { name, args, filesOf: (output) => JSON.parse(output).number_of_files };
}

function eslint(name, { plugin, rules }, folder) {
  return { name, args: [eslintRun, plugin, rules.join(','), folder], filesOf: (output) => lastJsonLine(output).files };
}

/** Nothing is timed that did not read every file. */
function checked({ name, filesOf }, run, expected) {
  const files = filesOf(run.output);
  if (files !== expected) throw new BenchFailure(`${name} read ${files} files of ${expected}.`);
  return run;
}

/** Copies the first so many sources: both engines leave out node_modules, and oxlint whatever Git ignores. */
function gatherSources(limit) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-bench-audit-'));
  const folder = path.join(work, 'src');
  fs.mkdirSync(folder);
  let files = 0;
  let lines = 0;
  for (const file of PACKAGES.flatMap(sourcesOf)) {
    if (files === limit) break;
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(path.join(folder, `${files}.js`), text);
    files += 1;
    lines += text.split('\n').length;
  }
  return { folder, files, lines, remove: () => fs.rmSync(work, { recursive: true, force: true }) };
}

function sourcesOf(name) {
  const folder = path.join(root, 'node_modules', name);
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !file.includes('node_modules'))
    .sort()
    .map((file) => path.join(folder, file))
    .filter(
      (file) => fs.statSync(file).size < 200_000 && !/^\s*(?:import|export)\b/m.test(fs.readFileSync(file, 'utf8')),
    );
}

function compare(ours, empty, files) {
  const ratios = pairedRatios(
    ours.map(({ cpuS }) => cpuS),
    empty.map(({ cpuS }) => cpuS),
  );
  return {
    filesPerSecond: spread(ours.map(({ wallS }) => files / wallS)),
    emptyFilesPerSecond: spread(empty.map(({ wallS }) => files / wallS)),
    cpuS: spread(ours.map(({ cpuS }) => cpuS)),
    cpuAgainstEmpty: { ratio: geometricMean(ratios), ...bootstrapInterval(ratios, geometricMean) },
    peakRssMb: spread(ours.map(({ peakRssMb }) => peakRssMb)),
  };
}

/** The figures as text. */
export function formatReport({ files, lines, engines }) {
  const rows = Object.entries(engines).map(
    ([name, { filesPerSecond, emptyFilesPerSecond, cpuAgainstEmpty, peakRssMb }]) => [
      name,
      formatSpread(filesPerSecond, 0),
      formatSpread(emptyFilesPerSecond, 0),
      `${cpuAgainstEmpty.ratio.toFixed(2)} (${cpuAgainstEmpty.low.toFixed(2)}-${cpuAgainstEmpty.high.toFixed(2)})`,
      formatSpread(peakRssMb, 0),
    ],
  );
  const titles = ['engine', 'files/s', 'with an empty rule', 'CPU against that', 'peak RSS MiB'];
  return `${files} files of ${lines.toLocaleString('en-US')} lines: medians (extremes)\n${formatTable(titles, rows)}`;
}
