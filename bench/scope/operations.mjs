// What owning three things and ending them costs, by turns in each way; prints ns of CPU a round, a line of JSON.
import assert from 'node:assert/strict';

const { Scope } = await import(process.argv[2]);
const rounds = Number(process.argv[3]);
const PER_ROUND = 50_000;
let ended = 0;
const thing = {
  [Symbol.dispose]() {
    ended++;
  },
};
const end = () => {
  ended++;
};
const app = new Scope({ name: 'app' });

/** One stack of three things. */
function fill(stack) {
  stack.use(thing);
  stack.use(thing);
  stack.use(thing);
  return stack;
}

const ways = {
  'try and finally': () => {
    try {
      try {
        try {
          ended += 0;
        } finally {
          end();
        }
      } finally {
        end();
      }
    } finally {
      end();
    }
  },
  'Scope in a scope, dispose': () => fill(app.child('request')).dispose(),
  'Scope in a scope, close': () => fill(app.child('request')).close(),
  'Scope of its own, close': () => fill(new Scope()).close(),
};
if (globalThis.DisposableStack !== undefined) {
  ways['DisposableStack'] = () => fill(new DisposableStack()).dispose();
  ways['AsyncDisposableStack'] = () => fill(new AsyncDisposableStack()).disposeAsync();
}

async function measure(way) {
  ended = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < PER_ROUND; i++) await way();
  const { user, system } = process.cpuUsage(before);
  assert.equal(ended, 3 * PER_ROUND);
  return ((user + system) * 1000) / PER_ROUND;
}

const figures = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let round = -1; round < rounds; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const ns = await measure(way);
    if (round >= 0) figures[name].push(ns);
  }
}
console.log(JSON.stringify({ version: process.version, figures }));
