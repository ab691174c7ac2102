// One contender: reads served by its first tier, reads served by Redis beside the bare client in the same process, bytes of an
// entry, and how long a change takes to reach another instance. Prints one line of JSON.
import { cpuNs, nextTurn } from '../lib/cpu.mjs';
import { tierContenders } from './contenders.mjs';

const { library, cacheLibrary, url, index, keys, slices, changes, isWeighing } = JSON.parse(process.argv[2]);
const contenders = await tierContenders(library, url);
const [bare] = contenders;
const contender = contenders[index];
const isBare = contender.name.startsWith('bare');
const valueOf = (at) => ({ id: at, name: `user number ${at}`, roles: ['reader', 'writer'], active: true });
const names = Array.from({ length: keys }, (_, at) => `user:${at}`);

let sum = 0;
/** Entries that are weighed. */
const WEIGHED = 10_000;

const figures = isWeighing
  ? { bytes: await bytes() }
  : { firstTier: await firstTier(), secondTier: await secondTier(), changeMs: await change() };
console.log(JSON.stringify(figures));
process.exit(0);

async function fill(cache) {
  for (let at = 0; at < keys; at += 200) {
    await Promise.all(names.slice(at, at + 200).map((name, more) => cache.set(name, valueOf(at + more))));
  }
}

/** CPU per read, ns, of slices in turn with a `Cache` read by `get`. */
async function firstTier() {
  if (isBare) return {};
  const { Cache } = await import(cacheLibrary);
  const yardstick = new Cache({ maxEntries: 200_000, ttl: '10m', warnUtilisation: false });
  names.forEach((name, at) => yardstick.set(name, valueOf(at)));
  const cache = await contender.open(`first${index}`);
  await fill(cache);
  for (const name of names) check(name, await cache.get(name));
  const ways = { cache: async () => readSync((name) => yardstick.get(name)), promise: () => readAsync(cache) };
  if (cache.getSync !== undefined) {
    for (const name of names) check(name, cache.getSync(name));
    ways.sync = async () => readSync((name) => cache.getSync(name));
  }
  const found = await inTurn(ways, slices, keys);
  await cache.close();
  return found;
}

function readSync(read) {
  for (const name of names) sum += read(name).id;
}
async function readAsync(cache) {
  for (const name of names) sum += (await cache.get(name)).id;
}

/** CPU per read, ns, of a first tier that has nothing, 50 at a time, in turn with the bare client. */
async function secondTier() {
  const prefix = `second${index}`;
  const [cache, client] = [await contender.open(prefix), await bare.open(`bare${index}:`)];
  await fill(cache);
  await fill(client);
  let current = cache;
  const readAll = async (from) => {
    for (let at = 0; at < keys; at += 50) {
      const values = await Promise.all(names.slice(at, at + 50).map((name) => from().get(name)));
      values.forEach((value, more) => check(names[at + more], value));
    }
  };
  const ways = {
    bare: { run: () => readAll(() => client) },
    own: {
      before: async () => {
        // Those that cannot forget are opened anew.
        if (current.forget() !== 'reopen') return;
        await current.close();
        current = await contender.open(prefix);
      },
      run: () => readAll(() => current),
    },
  };
  const found = await inTurn(ways, slices, keys);
  await Promise.all([current.close(), client.close()]);
  return found;
}

function check(name, value) {
  if (value?.id !== Number(name.slice(5)))
    throw new Error(`${contender.name} gave ${JSON.stringify(value)} for ${name}`);
}

async function inTurn(ways, rounds, operations) {
  const found = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      await way.before?.();
      await nextTurn();
      const before = cpuNs();
      await (way.run ?? way)();
      if (round >= 0) found[name].push((cpuNs() - before) / operations);
    }
  }
  return found;
}

/** Bytes of the heap for each entry that the first tier holds, key and value included, of twice as many entries as before. */
async function bytes() {
  if (isBare) return undefined;
  const cache = await contender.open(`bytes${index}`);
  const fillWith = async (from, to) => {
    for (let at = from; at < to; at += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, more) => cache.set(`user:${at + more}`, valueOf(at + more))));
    }
    for (let at = from; at < to; at++) await cache.get(`user:${at}`);
    await nextTurn();
    return floor();
  };
  const half = await fillWith(0, WEIGHED);
  const whole = await fillWith(WEIGHED, 2 * WEIGHED);
  await cache.close();
  return (whole - half) / WEIGHED;
}

function floor() {
  for (let at = 0; at < 6; at++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** ms from the acknowledgement of a write by one instance until another no longer gives the old value. */
async function change() {
  // cacheable has no bus that is on by itself.
  if (isBare || contender.name === 'cacheable') return undefined;
  const [writer, reader] = [await contender.open(`change${index}`), await contender.open(`change${index}`)];
  const found = [];
  for (let n = 1; n <= changes; n++) {
    await writer.set('k', { n });
    while ((await reader.get('k'))?.n !== n) await nextTurn();
    await nextTurn();
    await writer.set('k', { n: n + 0.5 });
    const began = performance.now();
    while ((await reader.get('k'))?.n === n) await nextTurn();
    found.push(performance.now() - began);
  }
  await Promise.all([writer.close(), reader.close()]);
  return found;
}
