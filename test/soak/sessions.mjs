// Sessions at work for a while, and what is left of them: prints its figures as a line of JSON. On Node.js with
// --expose-gc, or on Bun. Arguments: the folder of the build, minutes (0: a thousand rounds), and `leak` for the control,
// whose sessions each leave a listener behind.
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { countMajors } from '../../scenarios/frame/measure.mjs';

const [folder = 'dist', minutes = '0', control] = process.argv.slice(2);
const importBuilt = (name) => import(pathToFileURL(path.resolve(folder, name)).href);
const { SessionBroker } = await importBuilt('session/index.js');

const SESSIONS = 15;
const ROUNDS = 1000;
const SAMPLES = 10;
const CHURNED = 100;
const KB = 1024;
const isBun = process.versions.bun !== undefined;
const bus = new EventEmitter().setMaxListeners(0);
const turn = () => new Promise((resolve) => setImmediate(resolve));
const jsc = isBun ? await import('bun:jsc') : undefined;

async function collect() {
  for (let i = 0; i < 6; i++) {
    if (isBun) Bun.gc(true);
    else globalThis.gc();
    await turn();
  }
}

/** Bytes that are still there when all that can be collected is. */
async function floor() {
  await collect();
  if (jsc !== undefined) return jsc.heapStats().heapSize;
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function makeBroker() {
  const broker = new SessionBroker({
    maxSessions: SESSIONS,
    perSession: '10MB',
    total: '150MB',
    components: { cache: '5MB', modules: '2MB', broker: '1MB', renderer: '1MB', headroom: '1MB' },
    store: { maxEntries: 20, maxBytes: '5MB', warnUtilisation: false },
    onFull: 'closeLeastRecent',
  });
  broker.events.on('alert', ({ message }) => {
    throw new Error(message);
  });
  return broker;
}

/** What a session has open from its first moment; the control forgets who has to end one of them. */
function furnish(session) {
  const { scope } = session;
  const listen = () => session.state;
  if (control === 'leak') bus.on('news', listen);
  else scope.on(bus, 'news', listen);
  scope.setInterval(() => {}, '1h');
  scope.defer(() => {});
}

/** One round of work of every session; every tenth round, another takes the place of the one used least recently. */
async function work(broker, round) {
  for (let i = 0; i < SESSIONS; i++) {
    const id = `session ${i + (i === round % SESSIONS ? Math.floor(round / 10) * SESSIONS : 0)}`;
    const before = broker.get(id);
    const session = before ?? (await broker.open(id));
    if (before === undefined) furnish(session);
    session.store.set(`page ${round % 50}`, { round, text: `${round} `.repeat(200) });
    session.store.get(`page ${(round * 7) % 50}`);
    session.budget.charge('renderer', 64 * KB);
    session.scope.setTimeout(() => {}, '1h').dispose();
    session.budget.release('renderer', 64 * KB);
  }
  if (round % 20 !== 0) return;
  bus.emit('news');
  await turn();
}

/** Slope of the line of least squares, per step. */
function slopeOf(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _value, at) => sum + (at - middle) ** 2, 0);
  return values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0) / spread;
}

/** Sessions that come and go, one after the other: how many of them are still there. */
async function churn(broker) {
  const refs = [];
  // A function of its own: what is a variable of this one would be held until it returns.
  const comeAndGo = async (i) => {
    const session = await broker.open(`churned ${i}`);
    furnish(session);
    session.store.set('page', { i });
    refs.push(new WeakRef(session));
    await session.close();
  };
  for (let i = 0; i < CHURNED; i++) await comeAndGo(i);
  // Bun's collector takes what lies on the stack for references: other calls have to write over it.
  for (let i = 0; i < 20; i++) await turn();
  await collect();
  return refs.filter((ref) => ref.deref() !== undefined).length;
}

/** Objects of these classes in a heap snapshot. */
async function countObjects(names) {
  if (isBun) return undefined;
  const { openSnapshot, summarise } = await importBuilt('snapshot/index.js');
  const v8 = await import('node:v8');
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-soak-')), 'a.heapsnapshot');
  v8.writeHeapSnapshot(file);
  try {
    const { classes } = summarise(await openSnapshot(file), { biggest: 0 });
    return Object.fromEntries(names.map((name) => [name, classes.find((each) => each.name === name)?.count ?? 0]));
  } finally {
    fs.rmSync(path.dirname(file), { recursive: true });
  }
}

let round = 0;
// Everything is compiled, and every table has its size, before anything is measured.
const first = makeBroker();
for (; round < ROUNDS; round++) await work(first, round);
await first.shutdown();
const empty = await floor();
const broker = makeBroker();
for (let end = round + ROUNDS / 5; round < end; round++) await work(broker, round);
const majorsSoFar = countMajors();
const began = performance.now();
const floors = [await floor()];
for (let sample = 1; sample <= SAMPLES; sample++) {
  const until = began + (sample * Number(minutes) * 60_000) / SAMPLES;
  const last = round + ROUNDS / SAMPLES;
  while (Number(minutes) > 0 ? performance.now() < until : round < last) {
    await work(broker, round++);
    // Each session is used ten times a second: a steady service, and no race.
    if (Number(minutes) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  floors.push(await floor());
}
const took = (performance.now() - began) / 60_000;
const majors = majorsSoFar.end();
const inUse = floors.at(-1) - empty;
const retained = await churn(broker);
await broker.shutdown();
const left = (await floor()) - empty;
const objects = await countObjects(['Session', 'Budget', 'SessionBroker']);
const growth = floors.at(-1) - floors[0];
const slope = slopeOf(floors.slice(1));

console.log(
  JSON.stringify({
    runtime: isBun ? `Bun ${process.versions.bun}` : `Node.js ${process.versions.node}`,
    rounds: round,
    minutes: Number(took.toFixed(2)),
    growthBytes: growth,
    growthBytesPerMinute: Number(minutes) > 0 ? Math.round((slope * SAMPLES) / took) : null,
    slopeBytesPerSample: Math.round(slope),
    inUseBytes: inUse,
    leftBytes: left,
    retained,
    churned: CHURNED,
    listeners: bus.listenerCount('news'),
    brokerListeners: broker.events.count(),
    timers: isBun ? null : process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
    majorsPerMinute: Number(minutes) > 0 && majors !== null ? Number((majors / took).toFixed(2)) : null,
    objects,
    stats: broker.stats(),
  }),
);
