// plimsoll.mjs SNAPSHOT INDEX.JS [--check]: graph, dominators and retained sizes by the built package.
import { pathToFileURL } from 'node:url';
import { biggest } from './biggest.mjs';

const [file, entry, check] = process.argv.slice(2);
const { openSnapshot } = await import(pathToFileURL(entry).href);

function* maps({ graph, tree }) {
  for (let number = 0; number < tree.count; number++) {
    const ordinal = tree.ordinalOf[number];
    if (graph.nodeType[ordinal] !== graph.nodeTypes.object) continue;
    if (graph.strings.get(graph.nodeName[ordinal]) !== 'Map') continue;
    yield { id: graph.nodeId[ordinal], retainedBytes: tree.retained[number] };
  }
}

const snapshot = await openSnapshot(file);
const nodes = snapshot.graph.nodeCount;
// The tree is made when it is first asked for.
const retainedBytes = snapshot.tree.retained[0];
console.log(JSON.stringify({ nodes, retainedBytes, biggestMap: check ? biggest(maps(snapshot)) : undefined }));
