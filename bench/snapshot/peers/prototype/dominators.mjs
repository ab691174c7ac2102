// Semi-NCA dominators over ordinals: the yardstick, kept as it was measured. Do not improve it.
const NONE = 0xffffffff;

/** One byte an edge: weak edges never retain, shortcuts only from the root, an edge to itself never. */
export function essentialEdges({ meta, nodeCount, edgeCount, first, edgeType, edgeTo }) {
  const weak = meta.edge_types[0].indexOf('weak');
  const shortcut = meta.edge_types[0].indexOf('shortcut');
  const essential = new Uint8Array(edgeCount);
  for (let node = 0; node < nodeCount; node++) {
    for (let edge = first[node], end = first[node + 1]; edge < end; edge++) {
      const type = edgeType[edge];
      essential[edge] = type !== weak && (type !== shortcut || node === 0) && edgeTo[edge] !== node ? 1 : 0;
    }
  }
  return essential;
}

/** Depth-first numbers, the node of each number, the tree's parents as numbers. */
export function depthFirst({ nodeCount, first, edgeTo }, essential) {
  const number = new Uint32Array(nodeCount).fill(NONE);
  const vertex = new Uint32Array(nodeCount);
  const parent = new Uint32Array(nodeCount);
  const stack = new Uint32Array(nodeCount);
  const nextEdge = new Uint32Array(nodeCount);
  number[0] = 0;
  nextEdge[0] = first[0];
  let count = 1;
  let depth = 1;
  while (depth > 0) {
    const node = stack[depth - 1];
    let edge = nextEdge[depth - 1];
    let child = -1;
    for (const end = first[node + 1]; edge < end; edge++) {
      if (essential[edge] === 1 && number[edgeTo[edge]] === NONE) {
        child = edgeTo[edge++];
        break;
      }
    }
    nextEdge[depth - 1] = edge;
    if (child < 0) {
      depth--;
      continue;
    }
    number[child] = count;
    vertex[count] = child;
    parent[count] = number[node];
    count++;
    stack[depth] = child;
    nextEdge[depth] = first[child];
    depth++;
  }
  return { number, vertex, parent, count };
}

/** Predecessors by depth-first number: those of `n` are `from[start[n]]` up to `from[start[n + 1]]`. */
export function predecessors({ first, edgeTo }, essential, { number, vertex, count }) {
  const start = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const node = vertex[i];
    for (let edge = first[node], end = first[node + 1]; edge < end; edge++) {
      if (essential[edge] === 1) start[number[edgeTo[edge]] + 1]++;
    }
  }
  for (let i = 0; i < count; i++) start[i + 1] += start[i];
  const from = new Uint32Array(start[count]);
  const at = start.slice();
  for (let i = 0; i < count; i++) {
    const node = vertex[i];
    for (let edge = first[node], end = first[node + 1]; edge < end; edge++) {
      if (essential[edge] === 1) from[at[number[edgeTo[edge]]]++] = i;
    }
  }
  return { start, from };
}

/** Immediate dominators by number (Georgiadis, 2005), with path compression over the numbers above the current one. */
export function semiNca({ count, parent }, { start, from }) {
  const semi = new Uint32Array(count);
  const label = new Uint32Array(count);
  const ancestor = new Uint32Array(count);
  const idom = new Uint32Array(count);
  const stack = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    semi[i] = i;
    label[i] = i;
    ancestor[i] = parent[i];
    idom[i] = parent[i];
  }
  for (let w = count - 1; w > 0; w--) {
    let best = w;
    for (let k = start[w], end = start[w + 1]; k < end; k++) {
      const v = from[k];
      let candidate = v;
      if (v > w) {
        let depth = 0;
        let x = v;
        while (ancestor[x] > w) {
          stack[depth++] = x;
          x = ancestor[x];
        }
        let above = x;
        while (depth > 0) {
          const below = stack[--depth];
          if (semi[label[above]] < semi[label[below]]) label[below] = label[above];
          ancestor[below] = ancestor[x];
          above = below;
        }
        candidate = semi[label[v]];
      }
      if (candidate < best) best = candidate;
    }
    semi[w] = best;
    label[w] = w;
  }
  for (let w = 1; w < count; w++) {
    let dominator = idom[w];
    while (dominator > semi[w]) dominator = idom[dominator];
    idom[w] = dominator;
  }
  return idom;
}

/** Retained bytes and nodes by number. */
export function retainedSizes({ selfSize }, { vertex, count }, idom) {
  const retained = new Float64Array(count);
  const nodes = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    retained[i] = selfSize[vertex[i]];
    nodes[i] = 1;
  }
  for (let i = count - 1; i > 0; i--) {
    retained[idom[i]] += retained[i];
    nodes[idom[i]] += nodes[i];
  }
  return { retained, nodes };
}
