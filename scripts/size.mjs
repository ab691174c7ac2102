#!/usr/bin/env node
// `npm run size`: what each entry weighs in a program's bundle, whole and for single names, beside its ceiling.
import esbuild from 'esbuild';
import path from 'node:path';
import zlib from 'node:zlib';
import { ENTRIES, specifierOf } from './entries.mjs';
import { isMain } from './lib/main.mjs';
import { dist } from './lib/paths.mjs';

/**
 * @typedef {object} Size
 * @property {string} entry As a program imports it.
 * @property {string} name `*` for all that the entry exports.
 * @property {number} minified Bytes, as `gzip` and `brotli` are.
 * @property {number} gzip
 * @property {number} brotli
 * @property {number} ceiling Of `brotli`.
 * @property {readonly string[]} builtins Modules of Node.js that are imported.
 */

/**
 * Bundles and weighs what an entry has a ceiling for.
 *
 * @param {import('./entries.mjs').Entry} entry
 * @returns {Promise<Size[]>}
 */
export async function sizesOf(entry) {
  const names = Object.entries(entry.ceilings);
  return Promise.all(names.map(async ([name, ceiling]) => ({ ...(await weigh(entry, name)), ceiling })));
}

async function weigh(entry, name) {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: {
      contents: `export ${name === '*' ? name : `{ ${name} }`} from './${entry.source}.js';`,
      resolveDir: path.resolve(dist),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    external: ['node:*'],
    metafile: true,
    write: false,
  });
  const code = outputFiles[0].contents;
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map((one) => one.path));
  return {
    entry: specifierOf(entry),
    name,
    minified: code.length,
    gzip: zlib.gzipSync(code, { level: 9 }).length,
    brotli: zlib.brotliCompressSync(code).length,
    builtins: [...new Set(imports)].sort(),
  };
}

/**
 * Sizes as text.
 *
 * @param {readonly Size[]} sizes
 */
export function formatSizes(sizes) {
  const rows = sizes.map(({ entry, name, minified, gzip, brotli, ceiling, builtins }) => [
    ...[name === '*' ? entry : `  { ${name} }`, minified, gzip, brotli, ceiling].map(String),
    builtins.map((builtin) => builtin.slice('node:'.length)).join(' ') || 'none',
  ]);
  const lines = [['entry', 'minified', 'gzip', 'brotli', 'ceiling', 'modules of Node.js'], ...rows];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const isFigure = (column) => column > 0 && column < 5;
  const align = (text, column) => (isFigure(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  return lines.map((line) => line.map(align).join('  ').trimEnd()).join('\n');
}

if (isMain(import.meta.url)) {
  const sizes = (await Promise.all(ENTRIES.map(sizesOf))).flat();
  console.log(formatSizes(sizes));
  if (sizes.some(({ brotli, ceiling }) => brotli > ceiling)) process.exitCode = 1;
}
