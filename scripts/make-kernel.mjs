#!/usr/bin/env node
// Assembles the WebAssembly form of the snapshot reader's inner loops (src/snapshot/parse/kernel.ts says what they do)
// and writes it as text into src/snapshot/parse/kernel-wasm-code.ts. --print writes to standard output instead.
//
// The module imports a memory and exports two functions:
//   numbers(at, to, out, outEnd) -> stop               leaves `at` and `out` at addresses 0 and 4
//   strings(at, to, out, outEnd, base, text) -> stop   leaves `text` at address 8 too
// All positions are addresses. Names and meaning are those of kernel.ts; kernel-js.ts is the same in JavaScript.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const STOP = { INPUT: 0, OUTPUT: 1, CLOSED: 2, ODD: 3 };
const TEXT = { OUTSIDE: 0, INSIDE: 1, ESCAPED: 2 };
const QUOTE = 34;
const BACKSLASH = 92;
const BRACKET = 93;
const COMMA = 44;
const LINE_FEED = 10;
// One bit for each byte that may stand between values: tab, line feed, return, space, comma.
const SEPARATORS = [9, 10, 13, 32, 44].reduce((bits, byte) => bits | (1n << BigInt(byte)), 0n);

// --- a small assembler: an instruction is a tree of bytes, with functions where labels and locals are looked up -----

const I32 = 0x7f;
const I64 = 0x7e;
const OPCODES = {
  'i32.eq': 0x46,
  'i32.lt_u': 0x49,
  'i32.gt_u': 0x4b,
  'i32.le_u': 0x4d,
  'i32.ge_u': 0x4f,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.wrap': 0xa7,
  'i64.eqz': 0x50,
  'i64.gt_u': 0x56,
  'i64.add': 0x7c,
  'i64.sub': 0x7d,
  'i64.mul': 0x7e,
  'i64.and': 0x83,
  'i64.or': 0x84,
  'i64.xor': 0x85,
  'i64.shr_u': 0x88,
  'i64.extend_u': 0xad,
};

function signed(value) {
  const bytes = [];
  for (let rest = BigInt(value); ; ) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

function unsigned(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

const i32 = (value) => [0x41, signed(value)];
const i64 = (value) => [0x42, signed(BigInt.asIntN(64, BigInt(value)))];
const get = (name) => [0x20, (scope) => scope.locals.indexOf(name)];
const set = (name, value) => [value, 0x21, (scope) => scope.locals.indexOf(name)];
const op = (name, ...operands) => [operands, OPCODES[name]];
const load8 = (address) => [address, 0x2d, 0, 0];
const load64 = (address) => [address, 0x29, 0, 0];
const store32 = (address, value) => [address, value, 0x36, 0, 0];
const labelled = (opcode, label, body) => [opcode, 0x40, { label, body }, 0x0b];
const block = (label, ...body) => labelled(0x02, label, body);
const loop = (label, ...body) => labelled(0x03, label, body);
const when = (condition, ...body) => [condition, labelled(0x04, undefined, body)];
const depthOf = (label) => (scope) => scope.labels.indexOf(label);
const go = (label) => [0x0c, depthOf(label)];
const goIf = (label, condition) => [condition, 0x0d, depthOf(label)];

const add = (name, amount) => set(name, op('i32.add', get(name), i32(amount)));

function flatten(code, scope) {
  if (typeof code === 'number') return [code];
  if (typeof code === 'function') return [code(scope)];
  if (Array.isArray(code)) return code.flatMap((part) => flatten(part, scope));
  return flatten(code.body, { ...scope, labels: [code.label, ...scope.labels] });
}

// --- the two functions ----------------------------------------------------------------------------------------------

const stopWith = (reason) => [set('stop', i32(reason)), go('end')];
const isSeparator = (byte) => [
  op('i32.lt_u', byte, i32(64)),
  op('i32.wrap', op('i64.shr_u', i64(SEPARATORS), op('i64.extend_u', byte))),
  OPCODES['i32.and'],
  i32(1),
  OPCODES['i32.and'],
];
// What stands between two values: passes over separators, otherwise stops.
const betweenValues = [
  when(isSeparator(get('byte')), add('at', 1), go('next')),
  when(op('i32.eq', get('byte'), i32(BRACKET)), add('at', 1), stopWith(STOP.CLOSED)),
  stopWith(STOP.ODD),
];

const numbers = {
  params: ['at', 'to', 'out', 'outEnd'],
  locals: { stop: I32, byte: I32, digit: I32, start: I32, digits: I32, value: I64 },
  body: [
    block(
      'end',
      loop(
        'next',
        when(op('i32.ge_u', get('at'), get('to')), stopWith(STOP.INPUT)),
        set('byte', load8(get('at'))),
        set('digit', op('i32.sub', get('byte'), i32(48))),
        when(
          op('i32.le_u', get('digit'), i32(9)),
          when(op('i32.ge_u', get('out'), get('outEnd')), stopWith(STOP.OUTPUT)),
          set('start', get('at')),
          set('value', i64(0)),
          loop(
            'more',
            set('value', op('i64.add', op('i64.mul', get('value'), i64(10)), op('i64.extend_u', get('digit')))),
            add('at', 1),
            set('digit', op('i32.sub', load8(get('at')), i32(48))),
            goIf('more', op('i32.le_u', get('digit'), i32(9))),
          ),
          // Up to nine digits always fit; more than ten may have overflowed 64 bits and look small.
          set('digits', op('i32.sub', get('at'), get('start'))),
          when(
            op('i32.gt_u', get('digits'), i32(9)),
            when(
              op('i32.or', op('i64.gt_u', get('value'), i64(0xffffffff)), op('i32.gt_u', get('digits'), i32(10))),
              set('at', get('start')),
              stopWith(STOP.ODD),
            ),
          ),
          store32(get('out'), op('i32.wrap', get('value'))),
          add('out', 4),
          // The usual separators, without another round for each: a comma, or a line feed and a comma.
          when(op('i32.eq', get('digit'), i32(COMMA - 48)), add('at', 1), go('next')),
          when(
            op('i32.eq', get('digit'), i32(LINE_FEED - 48)),
            add('at', 1),
            when(
              op('i32.lt_u', get('at'), get('to')),
              set('at', op('i32.add', get('at'), op('i32.eq', load8(get('at')), i32(COMMA)))),
            ),
          ),
          go('next'),
        ),
        betweenValues,
      ),
    ),
    store32(i32(0), get('at')),
    store32(i32(4), get('out')),
    get('stop'),
  ],
};

const REPEATED = 0x0101010101010101n;
// Non-zero when one of the eight bytes of `word` is `byte`.
const hasByte = (word, byte) => {
  const difference = op('i64.xor', word, i64(REPEATED * BigInt(byte)));
  const borrowed = op('i64.sub', difference, i64(REPEATED));
  const inverted = op('i64.xor', difference, i64(-1));
  return op('i64.and', op('i64.and', borrowed, inverted), i64(REPEATED * 0x80n));
};

const strings = {
  params: ['at', 'to', 'out', 'outEnd', 'base', 'text'],
  locals: { stop: I32, byte: I32, word: I64 },
  body: [
    block(
      'end',
      loop(
        'next',
        when(op('i32.ge_u', get('at'), get('to')), stopWith(STOP.INPUT)),
        set('byte', load8(get('at'))),
        when(
          op('i32.eq', get('text'), i32(TEXT.OUTSIDE)),
          when(
            op('i32.eq', get('byte'), i32(QUOTE)),
            when(op('i32.ge_u', get('out'), get('outEnd')), stopWith(STOP.OUTPUT)),
            store32(get('out'), op('i32.sub', get('at'), get('base'))),
            add('out', 4),
            add('at', 1),
            set('text', i32(TEXT.INSIDE)),
            go('next'),
          ),
          betweenValues,
        ),
        when(op('i32.eq', get('text'), i32(TEXT.ESCAPED)), add('at', 1), set('text', i32(TEXT.INSIDE)), go('next')),
        // Eight bytes at a time as long as none of them ends or escapes anything.
        block(
          'special',
          loop(
            'words',
            goIf('special', op('i32.gt_u', op('i32.add', get('at'), i32(8)), get('to'))),
            set('word', load64(get('at'))),
            when(
              op('i64.eqz', op('i64.or', hasByte(get('word'), QUOTE), hasByte(get('word'), BACKSLASH))),
              add('at', 8),
              go('words'),
            ),
          ),
        ),
        loop(
          'bytes',
          goIf('next', op('i32.ge_u', get('at'), get('to'))),
          set('byte', load8(get('at'))),
          add('at', 1),
          when(op('i32.eq', get('byte'), i32(QUOTE)), set('text', i32(TEXT.OUTSIDE)), go('next')),
          when(op('i32.eq', get('byte'), i32(BACKSLASH)), set('text', i32(TEXT.ESCAPED)), go('next')),
          go('bytes'),
        ),
      ),
    ),
    store32(i32(0), get('at')),
    store32(i32(4), get('out')),
    store32(i32(8), get('text')),
    get('stop'),
  ],
};

// --- the module -------------------------------------------------------------------------------------------------------

const text = (name) => [...unsigned(name.length), ...Buffer.from(name)];
const list = (items) => [...unsigned(items.length), ...items.flat()];
const section = (id, bytes) => [id, ...unsigned(bytes.length), ...bytes];

function bodyOf({ params, locals, body }) {
  const scope = { locals: [...params, ...Object.keys(locals)], labels: [] };
  const declared = list(Object.values(locals).map((type) => [1, type]));
  const bytes = [...declared, ...flatten(body, scope), 0x0b];
  return [...unsigned(bytes.length), ...bytes];
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const functions = { numbers, strings };
const bytes = [
  ...MAGIC,
  ...section(1, list(Object.values(functions).map(({ params }) => [0x60, ...list(params.map(() => I32)), 1, I32]))),
  ...section(2, list([[...text('m'), ...text('memory'), 2, 0, 1]])),
  ...section(3, list(Object.keys(functions).map((_, index) => [index]))),
  ...section(7, list(Object.keys(functions).map((name, index) => [...text(name), 0, index]))),
  ...section(10, list(Object.values(functions).map(bodyOf))),
];

const lines = Buffer.from(bytes)
  .toString('base64')
  .match(/.{1,100}/g);
const source = `/** Made by \`scripts/make-kernel.mjs\`, where its source is; ${bytes.length} bytes. */
export const KERNEL_CODE: string = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;

if (process.argv.includes('--print')) process.stdout.write(source);
else {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
  fs.writeFileSync(path.join(root, 'src', 'snapshot', 'parse', 'kernel-wasm-code.ts'), source);
}
