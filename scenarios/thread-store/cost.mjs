// What an operation costs as the pool becomes larger: the least of several measurements, each by that of a small pool.
import { collect } from '../frame/measure.mjs';
import { makeThreadStore } from './plimsoll.mjs';

const OUTSIDE = { send: () => {}, onTimeout: () => {} };
const SMALL = 500;
const LARGE = 20_000;
const OPERATIONS = 5_000;
const ROUNDS = 7;
/** Larger pools leave the processor's caches; what is linear would cost forty times as much. */
const MOST = 10;

/** Each is given the pool and a key, of threads that are there or of new ones. */
const WAYS = {
  get: { isNew: false, use: (threads, key) => threads.get(key) },
  'set and delete': { isNew: true, use: (threads, key) => threads.set(key, { weighedBytes: 0 }).delete(key) },
  'open with eviction': { isNew: true, use: (threads, key) => threads.open(key) },
};

/** @param {import('../frame/outcome.mjs').Checks} checks */
export async function checkCost(checks) {
  for (const [name, way] of Object.entries(WAYS)) {
    const pools = [SMALL, LARGE].map((size) => new MeasuredPool(size, way));
    for (let round = 0; round < ROUNDS; round++) for (const pool of pools) await pool.measure(round);
    const [small, large] = pools.map(({ least }) => least);
    const row = `CPU time of ${name} in a pool of ${LARGE.toLocaleString('en-US')}, by that in one of ${SMALL}`;
    checks.atMost(row, MOST, large / small, ' times');
    for (const pool of pools) await pool.close();
  }
}

/** A full pool, and the least CPU time of so many operations on it. */
class MeasuredPool {
  least = Infinity;
  #size;
  #way;
  #store;

  constructor(size, way) {
    this.#size = size;
    this.#way = way;
    this.#store = makeThreadStore(OUTSIDE, {
      env: { MAX_CACHE_SIZE: String(size) },
      warnUtilisation: false,
      onAlert: () => {},
    });
    for (let i = 0; i < size; i++) this.#store.threads.open(`thread ${i}`);
  }

  async measure(round) {
    const { isNew, use } = this.#way;
    const { threads } = this.#store;
    const keys = Array.from({ length: OPERATIONS }, (_, i) =>
      isNew ? `new ${round} ${i}` : `thread ${Math.floor((i * this.#size) / OPERATIONS)}`,
    );
    await collect(1);
    const before = process.cpuUsage();
    for (const key of keys) use(threads, key);
    const { user, system } = process.cpuUsage(before);
    this.least = Math.min(this.least, user + system);
  }

  close() {
    return this.#store.close();
  }
}
