#!/usr/bin/env node
// `npm run page`: makes the dashboard of src/dashboard/page one HTML text, with all that it needs inside and a policy that
// lets nothing else run, and writes it into src/dashboard/bundle.ts. The build does so too; a test compares them.
import esbuild from 'esbuild';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { isMain } from './lib/main.mjs';
import { root } from './lib/paths.mjs';

const PAGE = path.join(root, 'src', 'dashboard', 'page');
const CHARTS = path.join(root, 'node_modules', 'uplot');
const TARGET = ['es2022', 'chrome105', 'firefox115', 'safari16'];

/** Where the page is kept as a module. */
export const BUNDLE = path.join(root, 'src', 'dashboard', 'bundle.ts');

/**
 * The module's text.
 *
 * @returns {Promise<string>}
 */
export async function makeBundle() {
  const [script, style] = await Promise.all([makeScript(), makeStyle()]);
  const charts = JSON.parse(fs.readFileSync(path.join(CHARTS, 'package.json'), 'utf8'));
  const licence = fs.readFileSync(path.join(CHARTS, 'LICENSE'), 'utf8').trim();
  const html = fs
    .readFileSync(path.join(PAGE, 'index.html'), 'utf8')
    .replace('<!doctype html>', () => `<!doctype html>\n<!-- Holds uPlot ${charts.version}:\n\n${licence}\n-->`)
    .replaceAll(/^ +/gm, '')
    .replace('<!--STYLE-->', () => `<style>${style}</style>`)
    .replace('<!--SCRIPT-->', () => `<script>${script}</script>`);
  return [
    '/** Written by `npm run page` from the sources in page/: change those. */',
    `export const html: string = ${JSON.stringify(html)};`,
    `export const contentSecurityPolicy: string = ${JSON.stringify(policyOf(script, style))};`,
    '',
  ].join('\n');
}

async function makeScript() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(PAGE, 'main.ts')],
    tsconfig: path.join(PAGE, 'tsconfig.json'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: TARGET,
    charset: 'ascii',
    legalComments: 'none',
    write: false,
  });
  return outputFiles[0].text.trim();
}

async function makeStyle() {
  const sources = [path.join(CHARTS, 'dist', 'uPlot.min.css'), path.join(PAGE, 'style.css')];
  const css = sources.map((file) => fs.readFileSync(file, 'utf8')).join('\n');
  const { code } = await esbuild.transform(css, { loader: 'css', minify: true, target: TARGET, charset: 'ascii' });
  return code.trim();
}

/** Only this very script and style; requests to where the page came from; nothing that turns text into markup. */
function policyOf(script, style) {
  const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** Writes the module, if it would be another. */
export async function writeBundle() {
  const bundle = await makeBundle();
  const isSame = fs.existsSync(BUNDLE) && fs.readFileSync(BUNDLE, 'utf8') === bundle;
  if (!isSame) fs.writeFileSync(BUNDLE, bundle);
  return bundle;
}

if (isMain(import.meta.url)) {
  const bundle = await writeBundle();
  console.log(`${path.relative(root, BUNDLE)}: ${bundle.length} characters`);
}
