// `memlab-child.cjs FOLDER INSTALLED`: what memlab's three analyses of growth list of the snapshots in a folder, as JSON.
const fs = require('node:fs');
const path = require('node:path');

const [folder, installed] = process.argv.slice(2);
const ANALYSES = ['CollectionUnboundGrowth', 'ObjectUnboundGrowth', 'ShapeUnboundGrowth'];

async function listedBy(name) {
  const plugin = path.join(installed, 'node_modules/@memlab/heap-analysis/dist/plugins', `${name}Analysis.js`);
  const Analysis = require(plugin).default;
  const { analysisOutputFile } = await new Analysis().analyzeSnapshotsInDirectory(folder);
  const lines = fs.readFileSync(analysisOutputFile, 'utf8').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('·'));
}

async function main() {
  const listed = [];
  for (const name of ANALYSES) listed.push(...(await listedBy(name)));
  console.log(`\n${JSON.stringify(listed)}`);
  process.exit(0);
}

void main();
