// run.mjs SNAPSHOT [--check]: graph, dominators and retained sizes by the prototype.
import { biggest } from '../biggest.mjs';
import { depthFirst, essentialEdges, predecessors, retainedSizes, semiNca } from './dominators.mjs';
import { parse } from './parse.mjs';

const [file, check] = process.argv.slice(2);
const graph = parse(file);
const essential = essentialEdges(graph);
const order = depthFirst(graph, essential);
const dominators = semiNca(order, predecessors(graph, essential, order));
const { retained } = retainedSizes(graph, order, dominators);

function* maps() {
  const objectType = graph.meta.node_types[0].indexOf('object');
  for (let number = 0; number < order.count; number++) {
    const node = order.vertex[number];
    if (graph.type[node] !== objectType || graph.string(graph.name[node]) !== 'Map') continue;
    yield { id: graph.id[node], retainedBytes: retained[number] };
  }
}

const biggestMap = check ? biggest(maps()) : undefined;
console.log(JSON.stringify({ nodes: graph.nodeCount, retainedBytes: retained[0], biggestMap }));
