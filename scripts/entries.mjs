// Every entry of the package, once. package.json's exports, the API reports, the sizes and the tests of the packed
// tarball follow from this list. A new entry: its line here, `npm run entries`, a program in test/uses.

/**
 * @typedef {object} Entry
 * @property {string} name What stands in package.json's exports: `.` or `./cache`.
 * @property {string} source The module in src/, without its ending.
 * @property {boolean} [anywhere] Imports nothing of Node.js and works in a browser too.
 * @property {Readonly<Record<string, number>>} ceilings Bytes, minified and compressed by brotli, that a bundle may have:
 *   of `*`, all that the entry exports; of single names, when a program imports nothing else. They move on purpose only.
 */

/** @type {readonly Entry[]} */
export const ENTRIES = [
  { name: '.', source: 'index', anywhere: true, ceilings: { '*': 270, PlimsollError: 260 } },
  { name: './audit', source: 'audit/index', ceilings: { '*': 33_000, audit: 31_300 } },
  { name: './cache', source: 'cache/index', anywhere: true, ceilings: { '*': 33_000, Cache: 32_200 } },
  {
    name: './cache/lru-cache',
    source: 'cache/lru-cache/index',
    anywhere: true,
    ceilings: { '*': 13_700, LRUCache: 13_700 },
  },
  { name: './errors', source: 'errors', anywhere: true, ceilings: { '*': 1_520, isPlimsollError: 150 } },
  { name: './eslint', source: 'audit/plugin', ceilings: { '*': 28_000, rules: 28_000 } },
  { name: './scope', source: 'scope/index', ceilings: { '*': 16_800, Scope: 10_900 } },
  { name: './snapshot', source: 'snapshot/index', ceilings: { '*': 21_500, openSnapshot: 8_200 } },
];

/** Entries that exist in src/ and are not exported yet. */
export const NOT_YET = ['./register'];

/**
 * What a program imports.
 *
 * @param {Entry} entry
 */
export function specifierOf({ name }) {
  return name === '.' ? 'plimsoll' : `plimsoll/${name.slice(2)}`;
}

/**
 * The name of an entry's own files: its API report, its program in test/uses.
 *
 * @param {Entry} entry
 */
export function fileNameOf({ name }) {
  return name === '.' ? 'index' : name.slice(2).replaceAll('/', '-');
}

/**
 * What package.json has to export.
 *
 * The order of the conditions is what gives one instance: Bun and Node.js take the ES module for `require` too. CommonJS
 * is left to what cannot require ES modules, which is Jest on Node.js 20 and 22. More conditions make it worse: with
 * `node` before `import`, vitest's `import` gets CommonJS and its `require` does not.
 *
 * @param {readonly Entry[]} entries
 * @returns {Record<string, unknown>}
 */
export function exportsOf(entries) {
  const conditions = ({ source }) => ({
    'plimsoll-source': `./src/${source}.ts`,
    types: { require: `./dist/cjs/${source}.d.ts`, default: `./dist/${source}.d.ts` },
    bun: `./dist/${source}.js`,
    'module-sync': `./dist/${source}.js`,
    import: `./dist/${source}.js`,
    require: `./dist/cjs/${source}.js`,
  });
  const named = entries.map((entry) => [entry.name, conditions(entry)]);
  return { ...Object.fromEntries(named), './package.json': './package.json' };
}

/**
 * Every path that the value of an export or of `bin` leads to.
 *
 * @param {unknown} value
 * @returns {string[]}
 */
export function targetsOf(value) {
  return typeof value === 'string' ? [value] : Object.values(/** @type {object} */ (value)).flatMap(targetsOf);
}
