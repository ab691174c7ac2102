/**
 * Growth without things: a store that gets longer because of numbers and other values that are no objects of their own,
 * and a buffer that is replaced by a longer one. The snapshot has no node for each value, only the size of the store.
 */
import type { ClassNaming } from '../naming/namer.ts';
import type { Territory } from './territory.ts';
import type { Unit } from './unit.ts';

/** What such a store is said to hold. */
export const PLAIN_VALUES = '(value)';

const STORE = '(array)';
const BUFFER = 'system / JSArrayBufferData';
/** Bytes that one value takes: in an array; in a hash table with key, chain and share of the buckets. */
const ELEMENT_BYTES = 8;
const TABLE_BYTES: ReadonlyMap<string, number> = new Map([
  ['Set', 20],
  ['Map', 28],
  ['Object (as a map)', 24],
]);

/** The unit of a growth in which no thing became more: plain values or the data of a buffer; else `undefined`. */
export function findPlainUnit(naming: ClassNaming, added: Territory, freed: Territory | undefined): Unit | undefined {
  const { view, classes } = naming;
  const holder = classes.of(added.owner);
  if (view.graph.nodeType[added.owner] === view.graph.nodeTypes.closure || holder === 'system / Context')
    return undefined;
  const net = (part: string): number => (added.parts.get(part)?.bytes ?? 0) - (freed?.parts.get(part)?.bytes ?? 0);
  const part = net(BUFFER) > net(STORE) ? BUFFER : STORE;
  const found = added.parts.get(part);
  if (found === undefined || net(part) <= 0) return undefined;
  if (part === BUFFER) return { className: BUFFER, count: 0, examples: [found.largest], isSideBySide: true };
  return {
    className: PLAIN_VALUES,
    count: Math.floor(net(STORE) / valueBytes(holder)),
    examples: [],
    isSideBySide: true,
  };
}

/** Plain values that the stores of these holders have room for. */
export function roomBelow(naming: ClassNaming, holderIds: ReadonlySet<number>): number {
  const { view, classes } = naming;
  const { graph, tree } = view;
  let room = 0;
  for (let number = 1; number < tree.count; number++) {
    const node = tree.ordinalOf[number]!;
    const holder = tree.ordinalOf[tree.idom[number]!]!;
    if (graph.nodeType[node] !== graph.nodeTypes.array || !holderIds.has(graph.nodeId[holder]!)) continue;
    room += graph.selfSize[node]! / valueBytes(classes.of(holder));
  }
  return Math.floor(room);
}

function valueBytes(holder: string): number {
  return TABLE_BYTES.get(holder) ?? ELEMENT_BYTES;
}
