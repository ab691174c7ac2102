// Streaming byte parser of heap snapshots into typed arrays: the yardstick, kept as it was measured. Do not improve it.
import fs from 'node:fs';

const CHUNK = 4 << 20;
const LONGEST_HEADER = 64 << 20;
const QUOTE = 34;
const ZERO = 48;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;

/** Columns of the snapshot in `file`, its string table as bytes that are decoded on demand. */
export function parse(file) {
  const fd = fs.openSync(file, 'r');
  try {
    return parseOpen(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function parseOpen(fd) {
  const { info, nodesAt } = readHeader(fd);
  const { meta } = info;
  const nodes = readNodes(fd, nodesAt, info);
  const edges = readEdges(fd, find(fd, nodes.end, '"edges":['), info);
  const locations = readLocations(fd, find(fd, edges.end, '"locations":['), meta.location_fields.length);
  const table = readStrings(fd, find(fd, locations.end ?? edges.end, '"strings":['));
  return {
    meta,
    nodeCount: info.node_count,
    edgeCount: info.edge_count,
    ...nodes.columns,
    ...edges.columns,
    locations: locations.values,
    string: table.string,
  };
}

function readHeader(fd) {
  for (let length = 4096; length <= LONGEST_HEADER; length *= 4) {
    const bytes = Buffer.allocUnsafe(length);
    const got = fs.readSync(fd, bytes, 0, length, 0);
    const text = bytes.latin1Slice(0, got);
    const end = text.indexOf('"nodes"');
    if (end < 0 && got === length) continue;
    if (end < 0) break;
    return {
      info: JSON.parse(firstObject(text, text.indexOf('"snapshot"'), end)),
      nodesAt: text.indexOf('[', end) + 1,
    };
  }
  throw new Error('The file has no nodes section.');
}

/** Text of the first object between two places; the metadata has no braces inside strings. */
function firstObject(text, from, to) {
  const open = text.indexOf('{', from);
  let depth = 0;
  for (let i = open; i < to; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return text.slice(open, i + 1);
  }
  throw new Error('The header is not closed.');
}

/**
 * Reads an array of whole numbers from offset `pos` and hands them to `sink(batch, count)` in multiples of `fields`.
 * Gives the offset after the closing bracket.
 */
function readNumbers(fd, pos, fields, sink) {
  const bytes = Buffer.allocUnsafe(CHUNK + 32);
  const size = Math.floor(65536 / fields) * fields;
  const batch = new Uint32Array(size);
  let filled = 0;
  let carry = 0;
  for (;;) {
    const got = fs.readSync(fd, bytes, carry, CHUNK, pos);
    if (got === 0) throw new Error('The file ends inside its numbers.');
    const length = carry + got;
    // A number cut in two is kept for the next round.
    let cut = length;
    while (cut > 0 && bytes[cut - 1] >= ZERO && bytes[cut - 1] <= ZERO + 9) cut--;
    let i = 0;
    while (i < cut) {
      let digit = bytes[i++] - ZERO;
      if (digit >= 0 && digit <= 9) {
        let value = digit;
        digit = bytes[i++] - ZERO;
        while (digit >= 0 && digit <= 9) {
          value = value * 10 + digit;
          digit = bytes[i++] - ZERO;
        }
        batch[filled++] = value;
        if (filled === size) {
          sink(batch, filled);
          filled = 0;
        }
        if (digit + ZERO === CLOSE_BRACKET) {
          if (filled > 0) sink(batch, filled);
          return pos - carry + i;
        }
      } else if (digit === CLOSE_BRACKET - ZERO) {
        if (filled > 0) sink(batch, filled);
        return pos - carry + i;
      }
    }
    carry = length - cut;
    if (carry > 0) bytes.copyWithin(0, cut, length);
    pos += got;
  }
}

function readNodes(fd, pos, { meta, node_count: count }) {
  const fields = meta.node_fields.length;
  const names = ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'];
  const [typeAt, nameAt, idAt, sizeAt, edgesAt, detachedAt] = names.map((field) => meta.node_fields.indexOf(field));
  const type = new Uint8Array(count);
  const name = new Uint32Array(count);
  const id = new Uint32Array(count);
  const selfSize = new Uint32Array(count);
  const first = new Uint32Array(count + 1);
  const detached = detachedAt < 0 ? null : new Uint8Array(count);
  let node = 0;
  let edge = 0;
  const end = readNumbers(fd, pos, fields, (batch, length) => {
    for (let i = 0; i < length; i += fields) {
      type[node] = batch[i + typeAt];
      name[node] = batch[i + nameAt];
      id[node] = batch[i + idAt];
      selfSize[node] = batch[i + sizeAt];
      first[node] = edge;
      edge += batch[i + edgesAt];
      if (detached !== null) detached[node] = batch[i + detachedAt];
      node++;
    }
  });
  first[count] = edge;
  if (node !== count) throw new Error(`Expected ${count} nodes, got ${node}.`);
  return { end, columns: { type, name, id, selfSize, first, detached } };
}

function readEdges(fd, pos, { meta, edge_count: count }) {
  const fields = meta.edge_fields.length;
  const nodeFields = meta.node_fields.length;
  const edgeType = new Uint8Array(count);
  const edgeName = new Uint32Array(count);
  const edgeTo = new Uint32Array(count);
  let edge = 0;
  const end = readNumbers(fd, pos, fields, (batch, length) => {
    for (let i = 0; i < length; i += fields) {
      edgeType[edge] = batch[i];
      edgeName[edge] = batch[i + 1];
      edgeTo[edge] = (batch[i + 2] / nodeFields) >>> 0;
      edge++;
    }
  });
  if (edge !== count) throw new Error(`Expected ${count} edges, got ${edge}.`);
  return { end, columns: { edgeType, edgeName, edgeTo } };
}

function readLocations(fd, pos, fields) {
  const parts = [];
  if (pos < 0) return { values: new Uint32Array(0), end: undefined };
  const end = readNumbers(fd, pos, fields, (batch, length) => parts.push(batch.slice(0, length)));
  const values = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { values, end };
}

/** Offsets of the opening quotes; V8 escapes every line feed and everything outside ASCII. */
function readStrings(fd, start) {
  const length = fs.fstatSync(fd).size - start;
  const bytes = Buffer.allocUnsafeSlow(length);
  let offsets = new Uint32Array(1 << 16);
  let count = 0;
  let inside = false;
  let escaped = false;
  for (let pos = 0; pos < length; ) {
    const got = fs.readSync(fd, bytes, pos, Math.min(CHUNK, length - pos), start + pos);
    if (got === 0) break;
    for (let i = pos, end = pos + got; i < end; i++) {
      const byte = bytes[i];
      if (inside) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inside = false;
      } else if (byte === QUOTE) {
        inside = true;
        if (count === offsets.length) offsets = grown(offsets);
        offsets[count++] = i;
      }
    }
    pos += got;
  }
  return { string: stringReader(bytes, offsets.slice(0, count)) };
}

function grown(column) {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}

function stringReader(bytes, offsets) {
  const cache = new Map();
  return (index) => {
    const cached = cache.get(index);
    if (cached !== undefined) return cached;
    const raw = bytes.latin1Slice(offsets[index], offsets[index + 1] ?? bytes.length);
    const text = JSON.parse(raw.slice(0, raw.lastIndexOf('"') + 1));
    if (cache.size < 100_000) cache.set(index, text);
    return text;
  };
}

/** Offset after `token`, or -1. */
function find(fd, pos, token) {
  const bytes = Buffer.allocUnsafe(65536);
  const wanted = Buffer.from(token);
  for (;;) {
    const got = fs.readSync(fd, bytes, 0, bytes.length, pos);
    const at = bytes.subarray(0, got).indexOf(wanted);
    if (at >= 0) return pos + at + wanted.length;
    if (got < bytes.length) return -1;
    pos += got - wanted.length;
  }
}
