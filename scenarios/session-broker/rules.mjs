// What the broker and its monitor promise, looked at one by one. In simulated time.
import { EventEmitter } from 'node:events';
import { WeakCache } from 'plimsoll/cache';
import { Monitor } from 'plimsoll/monitor';
import { Lazy, Pool, SessionBroker } from 'plimsoll/session';
import { collect, floor, isBun, nextTurn } from '../frame/measure.mjs';
import { FRAME_MS, SESSIONS, StatusLines } from './load.mjs';
import { makeSessions, watchSessions } from './plimsoll.mjs';

const KB = 1024;
const MB = 2 ** 20;
const MINUTE = 60_000;
const CHURNED = 100;
const NO_COLLECTIONS = 'Bun tells nothing of collections';
export const ON_THE_STACK = 'Bun takes what lies on the stack for references';

/** @typedef {import('../frame/outcome.mjs').Checks} Checks */

/** @param {Checks} checks @param {{ advance(ms: number): Promise<void>, pending: number }} time */
export async function checkRules(checks, time) {
  await checkBudgets(checks);
  await checkStores(checks, time);
  await checkIsolation(checks);
  await checkMonitor(checks, time);
  await checkGrowth(checks, time);
  await checkParts(checks);
}

/** The code of what a promise or a call is refused with. */
async function codeOf(call) {
  try {
    await call();
    return 'not refused';
  } catch (error) {
    return error.code;
  }
}

async function checkBudgets(checks) {
  const alerts = [];
  const { broker, ...sessions } = makeSessions({ bus: new EventEmitter().setMaxListeners(0), onFull: 'refuse' });
  for (const level of ['warning', 'critical'])
    broker.events.on(`alert:${level}`, (alert) => alerts.push([level, alert.session, alert.component ?? 'all']));
  const { session } = await sessions.open('one');
  const { budget } = session;
  const limits = Object.fromEntries(
    Object.entries(budget.components()).map(([name, { limitBytes }]) => [name, limitBytes / MB]),
  );
  checks.equal(
    'MB of a session and of its components',
    [10, { cache: 5, modules: 2, broker: 1, renderer: 1, headroom: 1 }],
    [budget.limitBytes / MB, limits],
  );
  budget.charge('renderer', 800 * KB);
  checks.equal('alerts at 78 % of a component', [], alerts.splice(0));
  budget.charge('renderer', 30 * KB);
  checks.equal('alerts at 81 %', [['warning', 'one', 'renderer']], alerts.splice(0));
  checks.equal(
    'a charge that leads above 100 %',
    'PLIM_ERR_SESSION_BUDGET',
    await codeOf(() => budget.charge('renderer', 300 * KB)),
  );
  checks.equal('it counted nothing', 830 * KB, budget.used('renderer'));
  checks.equal('alerts at 100 %', [['critical', 'one', 'renderer']], alerts.splice(0));
  checks.equal('a component that is none', 'PLIM_ERR_OPTION_INVALID', await codeOf(() => budget.charge('nobody', 1)));
  for (let i = 1; i < SESSIONS; i++) await sessions.open(`other ${i}`);
  checks.equal(
    'MB kept for 15 sessions, of 150',
    [150, 150],
    [broker.stats().reservedBytes / MB, broker.stats().totalBytes / MB],
  );
  checks.equal('a sixteenth session', 'PLIM_ERR_SESSION_REFUSED', await codeOf(() => broker.open('too many')));
  await broker.shutdown();
}

async function checkStores(checks, time) {
  const { broker, ...sessions } = makeSessions({ bus: new EventEmitter().setMaxListeners(0) });
  const { session } = await sessions.open('one');
  for (let i = 0; i < 100; i++) session.store.set(i, { i });
  checks.equal('entries of a store after 100 sets', 20, session.store.size);
  for (let i = 0; i < 20; i++) session.store.set(`large ${i}`, new Uint8Array(MB));
  checks.atMost('bytes of a store after 20 MB', 5 * MB, session.store.bytes);
  await broker.shutdown();
  for (const [policy, wanted] of [
    ['lru', 'b'],
    ['lfu', 'b'],
    ['largest', 'c'],
  ]) {
    const other = new SessionBroker({
      maxSessions: 1,
      store: { maxEntries: 3, maxBytes: '5MB', policy, warnUtilisation: false },
    });
    const { store } = await other.open('one');
    store.set('a', 1).set('b', 2).set('c', 'x'.repeat(5000));
    for (const key of ['a', 'c', 'a', 'c']) store.get(key);
    store.set('d', 3);
    checks.equal(
      `evicted by ${policy}`,
      [wanted],
      ['a', 'b', 'c', 'd'].filter((key) => !store.has(key)),
    );
    await other.shutdown();
  }
  const expiring = new SessionBroker({ maxSessions: 1, store: { maxEntries: 3, ttl: '1m' } });
  const { store } = await expiring.open('one');
  store.set('a', 1);
  await time.advance(MINUTE + 2000);
  checks.equal('evicted when expired', [0, 1], [store.size, store.stats().evictions.expired]);
  await expiring.shutdown();
}

async function checkIsolation(checks) {
  const { broker, ...sessions } = makeSessions({ bus: new EventEmitter().setMaxListeners(0) });
  const [one, other] = [await sessions.open('a'), await sessions.open('a:b')];
  const shared = { of: 'both' };
  const keys = [
    'b:c',
    'c',
    '__proto__',
    'constructor',
    '',
    0,
    Number.NaN,
    undefined,
    null,
    shared,
    Symbol.for('shared'),
  ];
  for (const key of keys) one.set(key, 'of one');
  checks.equal(
    `keys of one session that are seen in another, of ${keys.length}`,
    0,
    keys.filter((key) => other.get(key) !== undefined).length,
  );
  checks.equal('and in itself', keys.length, keys.filter((key) => one.get(key) === 'of one').length);
  await broker.close('a');
  const again = await sessions.open('a');
  checks.equal(
    'keys that a session of the same name finds',
    0,
    keys.filter((key) => again.get(key) !== undefined).length,
  );
  checks.equal('entries of the closed one', 0, one.session.store.size);
  await broker.shutdown();
}

async function checkMonitor(checks, time) {
  const { broker, ...sessions } = makeSessions({ bus: new EventEmitter().setMaxListeners(0) });
  const lines = [];
  const logger = { debug: (fields, message) => lines.push(message), warn: () => {}, error: () => {} };
  const monitor = watchSessions(broker, {
    logger,
    budgets: { sessions: { bytes: () => broker.stats().usedBytes, maxBytes: '4MB' } },
  });
  const told = [];
  let samples = 0;
  monitor.on('sample', () => samples++);
  for (const level of ['warning', 'critical'])
    monitor.on(`alert:${level}`, ({ rule }) => told.push(`${rule} ${level}`));
  const { session } = await sessions.open('one');
  const ofBudget = () => told.splice(0).filter((each) => each.startsWith('budget'));
  monitor.start();
  await time.advance(10 * MINUTE + 1000);
  checks.equal('samples in ten minutes, and one at the start', 11, samples);
  checks.atLeast('lines of statistics in ten minutes', 2, lines.filter((line) => /heap|RSS|rss/i.test(line)).length);
  session.budget.charge('modules', 2 * MB);
  session.budget.charge('broker', MB);
  session.budget.charge('headroom', 400 * KB);
  await time.advance(2 * MINUTE);
  checks.equal('told when all sessions are above 80 % of theirs', ['budget:sessions warning'], ofBudget());
  session.budget.charge('headroom', 600 * KB);
  session.budget.charge('renderer', 600 * KB);
  await time.advance(2 * MINUTE);
  checks.equal('told when they are above 100 %', ['budget:sessions critical'], ofBudget());
  checks.equal('number of sessions', 1, broker.stats().open);
  monitor.stop();
  samples = 0;
  await time.advance(30 * MINUTE);
  checks.equal('samples after stop', 0, samples);
  checkCollect(checks, monitor);
  await broker.shutdown();
}

/** Collecting on request keeps to the pause that was allowed. */
function checkCollect(checks, monitor) {
  if (isBun) {
    checks.unknown('collection on request, within the pause that is allowed', 'Bun has no V8 to ask');
    return;
  }
  monitor.start();
  const outcomes = [monitor.collect({ maxPause: '10s' }).outcome, monitor.collect({ maxPause: 0.001 }).outcome];
  checks.equal('collection on request, when 10 s of pause are allowed and when none', ['done', 'refused'], outcomes);
  monitor.stop();
}

/** Floors that rise by more than a megabyte a minute, for ten minutes. */
async function checkGrowth(checks, time) {
  if (isBun) {
    checks.unknown('growth above 1 MB/min for ten minutes: told, and acted on', NO_COLLECTIONS);
    return;
  }
  const acted = [];
  const monitor = new Monitor({
    interval: '1m',
    maxFloorAge: '1m',
    rules: { growth: { warning: MB } },
    actions: [{ on: 'warning', rules: ['growth'], do: ({ rule }) => acted.push(rule) }],
    onError: () => {},
  });
  const told = [];
  monitor.on('alert', ({ rule, state }) => told.push(`${rule} ${state}`));
  monitor.start();
  const kept = [];
  const minute = async (megabytes) => {
    for (let i = 0; i < megabytes * 8; i++) kept.push(Array.from({ length: 16 * KB }, (_, at) => at + i));
    await time.advance(MINUTE);
    await collect(1);
  };
  for (let i = 0; i < 4; i++) await minute(0);
  const early = told.filter((each) => each.startsWith('growth')).length;
  for (let i = 0; i < 14; i++) await minute(3);
  const rate = monitor.status().trend?.recentBytesPerMinute ?? 0;
  checks.equal(
    'growth above 1 MB/min for ten minutes: told before, and then',
    [0, 'growth fired'],
    [early, told.find((each) => each.startsWith('growth'))],
  );
  checks.that(
    'its rate by regression, of 3 MB/min',
    '2 to 4 MB',
    (rate / MB).toFixed(2),
    rate > 2 * MB && rate < 4 * MB,
  );
  checks.equal('what was to be done about it was done', 'growth', acted[0]);
  monitor.stop();
  kept.length = 0;
}

/** What is made once, lent, or made when asked for. */
async function checkParts(checks) {
  let made = 0;
  const pool = new Pool({ maxSize: 2, create: () => ({ frame: made++ }) });
  await Promise.all(Array.from({ length: 20 }, () => pool.use(() => nextTurn())));
  checks.equal('renderers made for 20 frames at once, two of them lent at a time', 2, made);
  await pool.close();
  let loaded = 0;
  const theme = new Lazy(async () => {
    await nextTurn();
    return { loaded: loaded++ };
  });
  await Promise.all(Array.from({ length: 20 }, () => theme.get()));
  checks.equal('loads of what 20 sessions ask for at once', 1, loaded);
  await theme.close();
  await checkWeak(checks);
}

/** Documents that are one object for all who have them, and nobody's memory when nobody has. */
async function checkWeak(checks) {
  const documents = new WeakCache();
  const open = (id) => documents.getOrCreate(id, () => ({ id, text: 'x'.repeat(1000) }));
  const held = open('held');
  for (let i = 0; i < CHURNED; i++) open(`passed by ${i}`);
  await nextTurn();
  await collect();
  checks.equal('a document that one session has, asked for by another: the same', true, open('held') === held);
  if (isBun) {
    checks.unknown('documents left that nobody has', ON_THE_STACK);
    return;
  }
  const left = Array.from({ length: CHURNED }, (_, i) => documents.get(`passed by ${i}`));
  checks.equal('documents left that nobody has', 0, left.filter((document) => document !== undefined).length);
}

/** 100 sessions that come and go: how many are still there. */
export async function checkChurn(checks, time) {
  const bus = new EventEmitter().setMaxListeners(0);
  const { broker, ...sessions } = makeSessions({ bus });
  const refs = [];
  // A function of its own: what is a variable of this one would be held until it returns.
  const comeAndGo = async (i) => {
    const one = await sessions.open(`churned ${i}`);
    one.set('page', { i });
    if (i < CHURNED) refs.push(new WeakRef(one.session));
    await sessions.close(one.id);
  };
  for (let i = 0; i < CHURNED; i++) await comeAndGo(i);
  const retained = () => refs.filter((ref) => ref.deref() !== undefined).length;
  // Bun's collector takes what lies on the stack for references: others that come and go write over it, some later than
  // others. What is held for good stays.
  for (let tries = 0; tries === 0 || (retained() > 0 && tries < 10); tries++) {
    for (let i = 0; i < 10; i++) await comeAndGo(CHURNED + i);
    for (let i = 0; i < 20; i++) await nextTurn();
    await collect(6);
  }
  checks.equal(`sessions retained of ${CHURNED} that came and went`, 0, retained());
  checks.equal('listeners after clean-up', 0, bus.listenerCount('news'));
  await broker.shutdown();
  checks.equal('listeners of the broker after its end', 0, broker.events.count());
  await time.advance(10);
}

/** What 15 sessions cost that work for five seconds. */
export async function checkFiveSeconds(checks, time, seed) {
  const bus = new EventEmitter().setMaxListeners(0);
  const before = await floor();
  const sessions = makeSessions({ bus });
  const lines = new StatusLines({ broker: sessions, bus, seed });
  await lines.open();
  for (let ms = 0; ms < 5000; ms += FRAME_MS) {
    await lines.frame();
    await time.advance(FRAME_MS);
  }
  checks.atMost('bytes that 15 sessions come to in 5 s', 5 * MB, (await floor()) - before);
  await checkHeaps(checks, sessions.broker);
  await sessions.shutdown();
}

async function checkHeaps(checks, broker) {
  if (isBun) {
    checks.unknown('heap of each session, by snapshot', 'Bun writes no snapshot of V8');
    return;
  }
  const heaps = await broker.measureHeap();
  const least = Math.min(...heaps.map(({ retainedBytes }) => retainedBytes));
  checks.equal('sessions whose heap is measured', SESSIONS, heaps.length);
  checks.that(
    'heap of each session',
    'some, less than 1 MB',
    Math.round(least),
    least > 0 && heaps.every(({ retainedBytes }) => retainedBytes < MB),
  );
}
