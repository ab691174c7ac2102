// memlab.cjs SNAPSHOT PEERS [--check]: graph, shortest paths, dominators and retained sizes by memlab.
'use strict';
const { createRequire } = require('node:module');
const path = require('node:path');

const [file, peers, check] = process.argv.slice(2);
const { TraceFinder, config, utils } = createRequire(path.join(peers, 'package.json'))('@memlab/core');
config.isContinuousTest = true;
config.muteConsole = true;

function* maps(snapshot) {
  for (let index = 0; index < snapshot.nodes.length; index++) {
    const node = snapshot.nodes.get(index);
    if (node.type === 'object' && node.name === 'Map') yield { id: node.id, retainedBytes: Number(node.retainedSize) };
  }
}

async function main() {
  const snapshot = await utils.getSnapshotFromFile(path.resolve(file), { buildNodeIdIndex: true, verbose: false });
  const finder = new TraceFinder();
  finder.annotateShortestPaths(snapshot);
  finder.calculateAllNodesRetainedSizes(snapshot);
  const { biggest } = await import('./biggest.mjs');
  const biggestMap = check ? biggest(maps(snapshot)) : undefined;
  console.log(JSON.stringify({ nodes: snapshot.nodes.length, biggestMap }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
