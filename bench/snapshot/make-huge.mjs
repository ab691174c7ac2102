// make-huge.mjs --nodes 30e6 --texts 0 --out FILE
//
// Writes a heap snapshot of any size without having the heap: groups in a Map, each with a hundred items; an item refers
// to two constants that all share, to the next item and to its group. `--texts` adds strings of a thousand characters,
// each held by one item, so at most half of the nodes. What is in the file is known beforehand and printed as one JSON line (`truth`).
import fs from 'node:fs';
import { readOptions } from '../lib/options.mjs';
import { TextFile } from './text-file.mjs';

const options = readOptions(
  {
    nodes: { kind: 'number', value: 1e6, help: 'nodes, about' },
    texts: { kind: 'number', value: 0, help: 'long strings' },
    out: { kind: 'text', value: 'huge.heapsnapshot', help: 'where it is written' },
  },
  process.argv.slice(2),
);

const ITEMS = 100;
const SELF = { root: 0, map: 32, table: 64, group: 48, item: 40, constant: 24, text: 1016 };
const TEXT_LENGTH = 1000;
const NODE_TYPES = ['hidden', 'array', 'string', 'object', 'synthetic'];
const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'];
const NODE_FIELDS = ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'];
const NAMES = ['', 'Map', 'table', 'Group', 'Item', 'Constant', 'map', 'first', 'second', 'next', 'group', 'text'];
const name = (text) => NAMES.indexOf(text);

const groups = Math.max(1, Math.round((options.nodes - options.texts) / (ITEMS + 1)));
const items = groups * ITEMS;
const texts = Number(options.texts);
if (texts > items) throw new Error(`${texts} texts take as many items, and there are ${items}: give more nodes`);
/** Ordinals: the root, the map, its table, two constants; then each group with its items; then the texts. */
const FIRST_GROUP = 5;
const groupAt = (group) => FIRST_GROUP + group * (ITEMS + 1);
const firstText = groupAt(groups);
const nodes = firstText + texts;
/** root 1, map 1, table: the groups and both constants; group: its items; item: 4, and its text. */
const edges = 1 + 1 + groups + 2 + items + items * 4 + texts;

const file = new TextFile(options.out);
writeHeader();
writeNodes();
writeEdges();
writeStrings();
file.close();
console.log(JSON.stringify({ file: options.out, fileMb: fs.statSync(options.out).size / 2 ** 20, truth: truth() }));

function truth() {
  const owned = groups * SELF.group + items * SELF.item + texts * SELF.text;
  return { nodes, edges, biggestMap: { id: 3, retainedBytes: SELF.map + SELF.table + 2 * SELF.constant + owned } };
}

function writeHeader() {
  const meta = {
    node_fields: NODE_FIELDS,
    node_types: [NODE_TYPES, ...NODE_FIELDS.slice(1).map(() => 'number')],
    edge_fields: ['type', 'name_or_index', 'to_node'],
    edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
  };
  file.text(`{"snapshot":${JSON.stringify({ meta, node_count: nodes, edge_count: edges })},\n`);
}

function writeNodes() {
  let ordinal = 0;
  const node = (type, label, self, count) => {
    file.row([NODE_TYPES.indexOf(type), name(label), 2 * ordinal + 1, self, count, 0, 0], ordinal === 0);
    ordinal++;
  };
  file.text('"nodes":[');
  node('synthetic', '', SELF.root, 1);
  node('object', 'Map', SELF.map, 1);
  node('array', 'table', SELF.table, groups + 2);
  node('object', 'Constant', SELF.constant, 0);
  node('object', 'Constant', SELF.constant, 0);
  for (let group = 0, item = 0; group < groups; group++) {
    node('object', 'Group', SELF.group, ITEMS);
    for (let i = 0; i < ITEMS; i++, item++) node('object', 'Item', SELF.item, item < texts ? 5 : 4);
  }
  for (let text = 0; text < texts; text++) {
    file.row([NODE_TYPES.indexOf('string'), NAMES.length + text, 2 * ordinal++ + 1, SELF.text, 0, 0, 0], false);
  }
  file.text('],\n');
}

function writeEdges() {
  let isFirst = true;
  const edge = (type, label, to) => {
    file.row([EDGE_TYPES.indexOf(type), label, to * NODE_FIELDS.length], isFirst);
    isFirst = false;
  };
  file.text('"edges":[');
  edge('property', name('map'), 1);
  edge('internal', name('table'), 2);
  for (let group = 0; group < groups; group++) edge('internal', group, groupAt(group));
  edge('internal', name('first'), 3);
  edge('internal', name('second'), 4);
  for (let group = 0, item = 0; group < groups; group++) {
    const own = groupAt(group);
    for (let i = 0; i < ITEMS; i++) edge('element', i, own + 1 + i);
    for (let i = 0; i < ITEMS; i++, item++) {
      edge('property', name('first'), 3);
      edge('property', name('second'), 4);
      edge('property', name('next'), own + 1 + ((i + 1) % ITEMS));
      edge('property', name('group'), own);
      if (item < texts) edge('property', name('text'), firstText + item);
    }
  }
  file.text('],\n');
}

function writeStrings() {
  file.text(`"strings":[${NAMES.map((text) => JSON.stringify(text)).join(',\n')}`);
  const filling = 'plimsoll '.repeat(TEXT_LENGTH / 9 + 1).slice(0, TEXT_LENGTH - 12);
  for (let text = 0; text < texts; text++) file.text(`,\n"${String(text).padStart(12, '0')}${filling}"`);
  file.text(']}\n');
}
