// Every entry of the package, once. package.json's exports, the API reports, the sizes and the tests of the packed
// tarball follow from this list. A new entry: its line here, `npm run exports`, a program in test/uses.

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
  { name: '.', source: 'index', ceilings: { '*': 89_000, guard: 57_600, PlimsollError: 260 } },
  { name: './audit', source: 'audit/index', ceilings: { '*': 33_000, audit: 31_300 } },
  { name: './cache', source: 'cache/index', anywhere: true, ceilings: { '*': 34_700, Cache: 33_600 } },
  {
    name: './cache/lru-cache',
    source: 'cache/lru-cache/index',
    anywhere: true,
    ceilings: { '*': 13_700, LRUCache: 13_700 },
  },
  { name: './dashboard', source: 'dashboard/index', ceilings: { '*': 42_000, dashboard: 42_000 } },
  { name: './diagnose', source: 'diagnose/library', ceilings: { '*': 17_000, explainRetained: 17_000 } },
  { name: './errors', source: 'errors', anywhere: true, ceilings: { '*': 2_450, isPlimsollError: 150 } },
  { name: './eslint', source: 'audit/plugin', ceilings: { '*': 28_000, rules: 28_000 } },
  {
    name: './guard/express',
    source: 'guard/adapters/express',
    ceilings: { '*': 57_600, guardMiddleware: 57_600 },
  },
  { name: './guard/fastify', source: 'guard/adapters/fastify', ceilings: { '*': 57_600, guardPlugin: 57_600 } },
  { name: './monitor', source: 'monitor/index', ceilings: { '*': 24_800, Monitor: 20_000 } },
  { name: './otel', source: 'system/otel', ceilings: { '*': 20_000, observeMetrics: 20_000 } },
  { name: './redis', source: 'tier/index', ceilings: { '*': 49_400, TieredCache: 42_300 } },
  { name: './scope', source: 'scope/index', ceilings: { '*': 17_000, Scope: 11_050 } },
  { name: './session', source: 'session/index', ceilings: { '*': 61_000, ScopePool: 43_800 } },
  {
    name: './snapshot',
    source: 'snapshot/index',
    ceilings: { '*': 28_000, openSnapshot: 8_200, redactSnapshot: 9_800 },
  },
  { name: './system', source: 'system/index', ceilings: { '*': 40_700, SystemApi: 38_500 } },
  { name: './system/express', source: 'system/adapters/express', ceilings: { '*': 1_150, expressMiddleware: 1_150 } },
  { name: './system/fastify', source: 'system/adapters/fastify', ceilings: { '*': 1_230, fastifyPlugin: 1_230 } },
  { name: './system/koa', source: 'system/adapters/koa', ceilings: { '*': 1_150, koaMiddleware: 1_150 } },
  { name: './system/node', source: 'system/adapters/node', ceilings: { '*': 2_250, nodeListener: 1_100 } },
  { name: './test', source: 'testkit/index', ceilings: { '*': 51_200, expectNoLeak: 38_500 } },
  { name: './test/bun', source: 'testkit/runners/bun', ceilings: { '*': 51_200, leakTester: 38_600 } },
  { name: './test/jest', source: 'testkit/runners/jest', ceilings: { '*': 51_300, leakTester: 38_600 } },
  { name: './test/node', source: 'testkit/runners/node', ceilings: { '*': 51_200, leakTester: 38_600 } },
  { name: './test/vitest', source: 'testkit/runners/vitest', ceilings: { '*': 51_200, leakTester: 38_600 } },
  { name: './watch', source: 'watch/index', ceilings: { '*': 4_200, RetentionWatcher: 4_200 } },
];

/** What a program loads for what it does and not for what it exports: `node --import plimsoll/register`. */
export const PRELOADS = [{ name: './register', source: 'register' }];

/**
 * What a program imports.
 *
 * @param {Pick<Entry, 'name'>} entry
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
  const named = [...entries, ...PRELOADS].map((entry) => [entry.name, conditions(entry)]);
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
