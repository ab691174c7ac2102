/**
 * What a heap looks like from above: its dominator tree, drawn together until a person can take it in.
 *
 * Alike things below the same thing are one box ("ApiClient, 2,013 of them"), a chain of one class is one box, and what
 * retains a telling share of all goes by the variable it is reached by. The largest boxes are
 * opened first, so that the limit cuts off what is small. Names are classes and variables; no text of the program is read.
 *
 * **Cost:** each node is looked at once at most; memory follows the boxes.
 */
import type { Namer } from './naming/namer.ts';
import { classNameOf } from './summary.ts';

/** One box: things of one class below the same box. */
export interface HeapBox {
  readonly name: string;
  /** Things in it. */
  readonly count: number;
  /** What would go with them, bytes. */
  readonly bytes: number;
  /** Largest first; what is too small to show, and the things themselves, are the rest. */
  readonly children: readonly HeapBox[];
}

export interface HeapTreeOptions {
  /** Boxes at most. @default 3000 */
  readonly boxes?: number;
}

const DEFAULT_BOXES = 3_000;
/** Smaller ones are no wider than a hair, share of all. */
const LEAST_SHARE = 0.0002;
/** What retains so much goes by its variable, share of all. */
const OWN_SHARE = 0.01;
const DEEPEST = 60;

interface OpenBox {
  readonly name: string;
  readonly kind: string;
  readonly depth: number;
  count: number;
  bytes: number;
  /** Numbers in the dominator tree. */
  members: number[];
  children: OpenBox[];
}

/** The boxes of the snapshot that `namer` names, from the root down. */
export function heapTree(namer: Namer, options: HeapTreeOptions = {}): HeapBox {
  const { tree } = namer.view;
  const children = new ChildIndex(tree.idom, tree.count);
  const total = tree.retained[0] ?? 0;
  const root = boxOf('All that is alive', 'root', 0);
  add(root, 0, total);
  let left = (options.boxes ?? DEFAULT_BOXES) - 1;
  const queue = new BoxQueue();
  queue.push(root);
  for (let box = queue.pop(); box !== undefined && left > 0; box = queue.pop()) {
    if (box.depth >= DEEPEST) continue;
    const inside = openBox(namer, children, box, total)
      .filter(({ bytes }) => bytes >= total * LEAST_SHARE)
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, left);
    left -= inside.length;
    box.children = inside;
    box.members = [];
    for (const child of inside) queue.push(child);
  }
  return closed(root);
}

function boxOf(name: string, kind: string, depth: number): OpenBox {
  return { name, kind, depth, count: 0, bytes: 0, members: [], children: [] };
}

function add(box: OpenBox, number: number, bytes: number): void {
  box.count++;
  box.bytes += bytes;
  box.members.push(number);
}

/** What the things in a box dominate, by class. Things of the box's own class below it are counted into it. */
function openBox(namer: Namer, children: ChildIndex, box: OpenBox, total: number): OpenBox[] {
  const { tree } = namer.view;
  const found = new Map<string, OpenBox>();
  const pending = [...box.members];
  for (let member = pending.pop(); member !== undefined; member = pending.pop()) {
    children.forEach(member, (number) => {
      const node = tree.ordinalOf[number]!;
      const bytes = tree.retained[number]!;
      const kind = kindOf(namer, node);
      if (kind === box.kind && box.kind !== '(array)') {
        box.count++;
        pending.push(number);
        return;
      }
      const owner = bytes >= total * OWN_SHARE && namer.view.isObject(node) ? namer.ownerOf(node) : undefined;
      const key = owner === undefined ? kind : `${owner.key} ${kind}`;
      let inner = found.get(key);
      if (inner === undefined) {
        const { expression } = owner ?? { expression: '' };
        found.set(key, (inner = boxOf(expression === '' ? kind : `${expression}: ${kind}`, kind, box.depth + 1)));
      }
      add(inner, number, bytes);
    });
  }
  return [...found.values()];
}

/** Objects and functions by their names, all else by its type: what stands in other names may be text of the program. */
function kindOf(namer: Namer, node: number): string {
  const { view, classes } = namer;
  if (view.isObject(node)) return classes.of(node);
  return view.isSynthetic(node) ? view.nameOf(node) : classNameOf(view.graph, node);
}

function closed(box: OpenBox): HeapBox {
  return { name: box.name, count: box.count, bytes: box.bytes, children: box.children.map(closed) };
}

/** Numbers by their dominator, as rows one after the other. */
class ChildIndex {
  readonly #first: Uint32Array;
  readonly #children: Uint32Array;

  constructor(idom: Uint32Array, count: number) {
    const first = new Uint32Array(count + 1);
    for (let number = 1; number < count; number++) first[idom[number]! + 1]!++;
    for (let number = 0; number < count; number++) first[number + 1]! += first[number]!;
    const free = first.slice(0, count);
    this.#children = new Uint32Array(Math.max(0, count - 1));
    for (let number = 1; number < count; number++) this.#children[free[idom[number]!]!++] = number;
    this.#first = first;
  }

  forEach(number: number, use: (child: number) => void): void {
    for (let at = this.#first[number]!, end = this.#first[number + 1]!; at < end; at++) use(this.#children[at]!);
  }
}

/** The largest box first: a heap over an array. */
class BoxQueue {
  readonly #boxes: OpenBox[] = [];

  push(box: OpenBox): void {
    const boxes = this.#boxes;
    let at = boxes.push(box) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (boxes[above]!.bytes >= box.bytes) break;
      boxes[at] = boxes[above]!;
      at = above;
    }
    boxes[at] = box;
  }

  pop(): OpenBox | undefined {
    const boxes = this.#boxes;
    const top = boxes[0];
    const last = boxes.pop();
    if (last === undefined || boxes.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= boxes.length) break;
      if (below + 1 < boxes.length && boxes[below + 1]!.bytes > boxes[below]!.bytes) below++;
      if (boxes[below]!.bytes <= last.bytes) break;
      boxes[at] = boxes[below]!;
      at = below;
    }
    boxes[at] = last;
    return top;
  }
}
