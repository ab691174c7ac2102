#!/usr/bin/env node
// `npm run exports`: writes package.json's exports from the list of entries.
import fs from 'node:fs';
import path from 'node:path';
import { ENTRIES, exportsOf, targetsOf } from './entries.mjs';
import { isMain } from './lib/main.mjs';
import { root } from './lib/paths.mjs';

const manifestFile = path.join(root, 'package.json');

/**
 * What is wrong with package.json's exports; empty when all is well.
 *
 * @param {string} dist The build, in which every target has to exist.
 * @returns {string[]}
 */
export function exportProblems(dist) {
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  const problems = [];
  // As text: the order of conditions counts.
  if (JSON.stringify(manifest.exports) !== JSON.stringify(exportsOf(ENTRIES))) {
    problems.push("package.json's exports are not those of scripts/entries.mjs: run `npm run exports`");
  }
  for (const target of [...targetsOf(manifest.exports), ...targetsOf(manifest.bin)]) {
    const file = target.startsWith('./dist/')
      ? path.join(dist, target.slice('./dist/'.length))
      : path.join(root, target);
    if (!fs.existsSync(file)) problems.push(`package.json leads to ${target}, which does not exist`);
  }
  return problems;
}

if (isMain(import.meta.url)) {
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  fs.writeFileSync(manifestFile, `${JSON.stringify({ ...manifest, exports: exportsOf(ENTRIES) }, null, 2)}\n`);
}
