/** Keys of every kind, the awkward ones among them; no two are the same key to `Map`. */
const symbol = Symbol('key');

export const SOME_KEYS: readonly unknown[] = [
  'a',
  '',
  '1',
  '__proto__',
  'constructor',
  'user:00000001:profile',
  'user:00000002:profile',
  'user:00000003:profile',
  'user:10000003:profile',
  'ключ:1',
  '\ud800',
  'x'.repeat(5_000),
  `${'x'.repeat(2_500)}y${'x'.repeat(2_499)}`,
  0,
  1,
  -1,
  2 ** 31,
  2 ** 32,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.MAX_SAFE_INTEGER,
  1n,
  true,
  false,
  null,
  undefined,
  symbol,
  { id: 1 },
  { id: 1 },
  [],
  () => {},
];

/** Keys that one feature of the hash or other does not tell apart. */
export const keyShapes: Readonly<Record<string, (index: number) => unknown>> = {
  'decimal ids of growing length': (index) => `${index}`,
  'decimal ids behind a word': (index) => `item-${index}`,
  'decimal ids in front of a word': (index) => `${index}/orders/latest`,
  'paths with equal tails': (index) => `/srv/data/${scattered(index)}/artifact-manifest.json`,
  'paths with equal heads': (index) => `/srv/tenants/0001/current/${String(index).padStart(9, '0')}`,
  URLs: (index) => `https://api.example.com/v2/customers/${index % 977}/orders/${index}?expand=lines`,
  UUIDs: (index) =>
    `${scattered(index)}-${scattered(index * 3).slice(4)}-4${scattered(index * 5).slice(5)}-` +
    `8${scattered(index * 7).slice(5)}-${scattered(index * 11)}${scattered(index * 13).slice(4)}`,
  'short strings': (index) => index.toString(36),
  'long strings that differ in the middle': (index) => `${'a'.repeat(100)}${scattered(index)}${'z'.repeat(100)}`,
  'very long strings that differ in the middle': (index) =>
    `${'a'.repeat(3_000)}${scattered(index)}${'z'.repeat(3_001)}`,
  'two-byte strings': (index) => `ключ:${scattered(index)}:値`,
  'strings whose low bytes are equal': (index) =>
    String.fromCharCode(...digitsOf(index).map((digit) => 0x100 * (digit + 1))),
  'lone surrogates': (index) => `${String.fromCharCode(0xd800 + (index % 1_024))}${index >> 10}`,
  'one repeated character': (index) => 'k'.repeat(index % 3_000) + (index >= 3_000 ? index : ''),
  'numbers and their texts': (index) => (index % 2 === 0 ? index >> 1 : `${index >> 1}`),
  'integers in steps of 65,536': (index) => (index * 65_536) | 0,
  'integers around 2^32': (index) => 2 ** 32 - 5_000 + index,
  'negative integers': (index) => -index - 1,
  doubles: (index) => index + 0.5,
  'very small doubles': (index) => index * Number.MIN_VALUE,
  bigints: (index) => BigInt(index),
  objects: (index) => ({ index }),
  symbols: (index) => Symbol(index),
  'a mix': (index) => [index, `${index}`, { index }, index + 0.25][index % 4],
};

function scattered(index: number): string {
  return (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
}

function digitsOf(index: number): number[] {
  return Array.from(String(index).padStart(6, '0'), Number);
}
