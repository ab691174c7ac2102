// Values that break careless accounting. Whoever runs one of their functions is counted.

/** Calls of getters, traps and functions that nobody has asked for. */
export const touched = { getters: 0, traps: 0, calls: 0 };

const getter = () => {
  touched.getters++;
  throw new Error('a getter was called');
};
const trap = () => {
  touched.traps++;
  throw new Error('a trap was called');
};
const TRAPS = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect)
    .filter((name) => typeof Reflect[name] === 'function')
    .map((name) => [name, trap]),
);

/** @type {Record<string, (n: number) => unknown>} */
export const KINDS = {
  plain: (n) => ({ id: n, title: `proposal ${n}`, tags: ['a', 'b'], at: new Date(n) }),
  cycle(n) {
    const parent = { id: n, children: [] };
    parent.children.push({ parent }, { parent });
    return parent;
  },
  throwing: (n) => Object.defineProperty({ id: n }, 'name', { get: getter, enumerable: true }),
  proxy: (n) => new Proxy({ id: n }, TRAPS),
  bigint: (n) => ({ id: n, total: 10n ** 400n + BigInt(n) }),
  callable(n) {
    const format = () => {
      touched.calls++;
      return n;
    };
    return { id: n, format, toJSON: format, valueOf: format, [Symbol.toPrimitive]: format };
  },
  graph(n) {
    let last = { id: n, next: undefined };
    for (let i = 0; i < 400; i++) last = { id: i, next: last };
    return last;
  },
  sparse: (n) => Object.assign([], { [2 ** 32 - 2]: n }),
  series: (n) => ({ id: n, prices: new Float64Array(2 * 1024).fill(n) }),
  collections: (n) => new Map([[{ n }, new Set([n, Symbol('s'), undefined, null, Number.NaN])]]),
};
