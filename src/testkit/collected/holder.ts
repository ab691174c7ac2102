/** Who holds one object that should be gone: found in a heap snapshot, by a mark that points to it weakly. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Places, SourceNames, SourcePlaces } from '../../diagnose/sources/index.ts';
import { collectScriptMaps, writeSnapshot } from '../../runtime/index.ts';
import { type HeapSnapshot, Namer, openSnapshot } from '../../snapshot/index.ts';
import type { SourceMapPayload } from 'node:module';

/** Its name is what the mark is found by. */
class PlimsollMark {
  readonly target: WeakRef<object>;

  constructor(target: WeakRef<object>) {
    this.target = target;
  }
}

/** Chain from a place the reader knows to the object, one hop an entry; empty when nothing but weak references leads there. */
export async function findHolder(ref: WeakRef<object>): Promise<readonly string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-held-'));
  const mark = new PlimsollMark(ref);
  try {
    const maps = collectScriptMaps() as Record<string, SourceMapPayload>;
    const file = path.join(folder, 'held.heapsnapshot');
    writeSnapshot(file);
    const snapshot = await openSnapshot(file);
    const node = nodeBehind(snapshot, mark.constructor.name);
    if (node < 0 || snapshot.tree.numberOf[node] === undefined) return [];
    const sources = new SourcePlaces({ maps: new Map(Object.entries(maps)) });
    const { root, placeText } = new Places({ root: path.resolve(''), sources });
    const namer = new Namer(snapshot, { root, placeText, names: new SourceNames(sources) });
    if (!namer.view.isReachable(node)) return [];
    return [...namer.ownerOf(node).hops, namer.classes.of(node)];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The node to which the reference in the mark's property leads, weak as it is; -1 when it is not there. */
function nodeBehind({ graph }: HeapSnapshot, markName: string): number {
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.nodeType[node] !== graph.nodeTypes.object || graph.strings.get(graph.nodeName[node]!) !== markName)
      continue;
    const ref = edgeTo(graph, node, 'target');
    const target = ref < 0 ? -1 : edgeTo(graph, ref, 'target');
    if (target >= 0) return target;
  }
  return -1;
}

function edgeTo(
  { firstEdge, edgeType, edgeTypes, edgeName, edgeTo: to, strings }: HeapSnapshot['graph'],
  node: number,
  name: string,
): number {
  for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
    const type = edgeType[edge];
    if (type === edgeTypes.element || type === edgeTypes.hidden) continue;
    if (strings.get(edgeName[edge]!) === name) return to[edge]!;
  }
  return -1;
}
