// Opens so many of each kind, weighs them, and closes them; prints us of CPU and bytes for each, by way and round.
import assert from 'node:assert/strict';

const { SessionBroker } = await import(process.argv[2]);
const count = Number(process.argv[3]);
const rounds = Number(process.argv[4]);
let ended = 0;
const end = () => {
  ended++;
};

const broker = new SessionBroker({
  maxSessions: count,
  perSession: '10MB',
  store: { maxEntries: 20, maxBytes: '5MB' },
});

/** Each way opens one of that name, and closes it again. */
const ways = {
  'an object with a Map': {
    all: new Map(),
    async open(id) {
      this.all.set(id, { id, store: new Map(), end });
    },
    async close(id) {
      this.all.get(id).end();
      this.all.delete(id);
    },
  },
  'a session, empty': {
    async open(id) {
      (await broker.open(id)).scope.defer(end);
    },
    close: (id) => broker.close(id),
  },
  'a session with 3 entries, a timer and a charge': {
    async open(id) {
      const { store, scope, budget } = await broker.open(id);
      scope.defer(end);
      scope.setInterval(end, '1h');
      for (let key = 0; key < 3; key++) store.set(key, id);
      budget.charge('work', 1000);
    },
    close: (id) => broker.close(id),
  },
};

async function heap() {
  for (let i = 0; i < 4; i++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function cpu(work) {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) await work(`session ${i}`);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

async function measure(way) {
  ended = 0;
  const empty = await heap();
  const opening = await cpu((id) => way.open(id));
  const bytes = ((await heap()) - empty) / count;
  const closing = await cpu((id) => way.close(id));
  assert.equal(ended, count);
  return { us: opening + closing, bytes };
}

const figures = Object.fromEntries(Object.keys(ways).map((name) => [name, { us: [], bytes: [] }]));
for (let round = -1; round < rounds; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const { us, bytes } = await measure(way);
    if (round < 0) continue;
    figures[name].us.push(us);
    figures[name].bytes.push(bytes);
  }
}
await broker.shutdown();
console.log(JSON.stringify(figures));
