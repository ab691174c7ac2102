/** The two pictures of a report: who retains what, and by which calls what is alive was allocated. */
import { type HeapSnapshot, heapTree, Namer, summarise } from '../../snapshot/index.ts';
import type { ProfileNode, Profiles } from '../allocation/index.ts';
import { Places, type PlacesOptions, SourceNames } from '../sources/index.ts';
import type { AllocationFrame, HeapPicture } from './report.ts';

/** However large a heap is, a report is passed on by mail: rows and boxes at most. */
const MOST_CLASSES = 300;
const MOST_BOXES = 3_000;
const MOST_FRAMES = 2_000;
/** Frames with less are left out, share of all. */
const LEAST_SHARE = 0.0005;
const DEEPEST = 80;

/** **Cost:** the dominator tree and one pass of cheapest paths, see `Namer`. */
export function pictureHeap(snapshot: HeapSnapshot, at: number, options: PlacesOptions): HeapPicture {
  const places = new Places(options);
  const { classes: all, totalBytes, nodeCount } = summarise(snapshot, { biggest: 0 });
  // The roots are no class: they retain everything.
  const classes = all.filter(({ name }) => name !== '(synthetic)');
  const namer = new Namer(snapshot, {
    root: places.root,
    placeText: places.placeText,
    names: new SourceNames(places.sources),
    showStrings: options.showStrings ?? false,
    ...(options.isWatcherScript === undefined ? {} : { isForeign: options.isWatcherScript }),
  });
  return {
    at: Math.round(at),
    totalBytes,
    nodeCount,
    classCount: classes.length,
    classes: classes.slice(0, MOST_CLASSES),
    tree: heapTree(namer, { boxes: MOST_BOXES }),
  };
}

interface OpenFrame {
  readonly call: ProfileNode['callFrame'];
  bytes: number;
  firstBytes: number;
  readonly children: Map<string, OpenFrame>;
}

/** The stacks of the last profile as one tree, beside what each had in the first; `undefined` when it has no sample. */
export function pictureAllocations(profiles: Profiles, places: Places): AllocationFrame | undefined {
  const root = frameOf({ functionName: '', url: '', lineNumber: -1, columnNumber: -1 });
  addProfile(root, profiles.last, (frame, bytes) => (frame.bytes += bytes));
  if (profiles.first !== undefined) addProfile(root, profiles.first, (frame, bytes) => (frame.firstBytes += bytes));
  if (root.bytes === 0) return undefined;
  const shown = { left: MOST_FRAMES, least: root.bytes * LEAST_SHARE };
  return { ...reportFrame(root, places, shown, 0), function: 'All that is alive, by where it was allocated' };
}

function frameOf(call: ProfileNode['callFrame']): OpenFrame {
  return { call, bytes: 0, firstBytes: 0, children: new Map() };
}

/** Adds each node's bytes to it and to all above it. */
function addProfile(root: OpenFrame, head: ProfileNode, addTo: (frame: OpenFrame, bytes: number) => void): void {
  const pending: { node: ProfileNode; way: readonly OpenFrame[] }[] = [{ node: head, way: [root] }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    for (const frame of item.way) addTo(frame, item.node.selfSize);
    for (const child of item.node.children) {
      const above = item.way.at(-1)!;
      const { url, functionName, lineNumber, columnNumber } = child.callFrame;
      const key = `${url}:${lineNumber}:${columnNumber}:${functionName}`;
      let frame = above.children.get(key);
      if (frame === undefined) above.children.set(key, (frame = frameOf(child.callFrame)));
      pending.push({ node: child, way: item.way.length >= DEEPEST ? item.way : [...item.way, frame] });
    }
  }
}

function reportFrame(
  frame: OpenFrame,
  places: Places,
  shown: { left: number; readonly least: number },
  depth: number,
): AllocationFrame {
  const { functionName, url, lineNumber: line, columnNumber: column } = frame.call;
  const hasPlace = url !== '' && line >= 0;
  const original = hasPlace ? places.resolve({ url, line, column }) : undefined;
  const inside = [...frame.children.values()]
    .filter(({ bytes }) => bytes > 0 && bytes >= shown.least)
    .sort((a, b) => b.bytes - a.bytes);
  const children: AllocationFrame[] = [];
  for (const child of inside) {
    if (shown.left <= 0 || depth >= DEEPEST) break;
    shown.left--;
    children.push(reportFrame(child, places, shown, depth + 1));
  }
  return {
    function: functionName || '(anonymous)',
    file: original === undefined ? '' : places.fileText(original.url),
    line: original === undefined ? 0 : original.line + 1,
    bytes: Math.round(frame.bytes),
    grownBytes: Math.round(frame.bytes - frame.firstBytes),
    children,
  };
}
