// Sessions in a process whose memory grows by 3 MB a minute, in simulated time: their monitor has it restarted, in good order.
// Says at its end how long it has grown, and what is left of the sessions; its status is what a supervisor goes by.
import { EventEmitter } from 'node:events';
import { restart } from 'plimsoll/monitor';
import { Shutdown } from 'plimsoll/scope';
import { collect } from '../frame/measure.mjs';
import { VirtualTime } from '../frame/virtual-time.mjs';
import { SESSIONS } from './load.mjs';
import { makeSessions, watchSessions } from './plimsoll.mjs';

const MINUTE = 60_000;
const STEADY_MINUTES = 4;
const MOST_MINUTES = 40;
const MB = 2 ** 20;

const time = new VirtualTime(Date.UTC(2026, 0, 1)).install();
const bus = new EventEmitter().setMaxListeners(0);
const { broker, ...sessions } = makeSessions({ bus });
for (let i = 0; i < SESSIONS; i++) await sessions.open(`session ${i}`);

const shutdown = new Shutdown();
shutdown.use({ [Symbol.asyncDispose]: () => broker.shutdown() }, { name: 'sessions' });
// How long the process has run is told by the simulated clock as well.
const again = restart(shutdown, { uptime: () => performance.now() });
watchSessions(broker, {
  rules: { growth: { warning: MB, for: '10m' } },
  actions: [{ on: 'warning', rules: ['growth'], do: again }],
}).start();

let grown = -STEADY_MINUTES;
process.once('exit', () => {
  console.log(JSON.stringify({ minutes: grown, sessions: broker.stats().open, listeners: bus.listenerCount('news') }));
});
const kept = [];
for (; grown < MOST_MINUTES; grown++) {
  if (grown >= 0) kept.push(Array.from({ length: (3 * MB) / 8 }, (_, at) => at + 0.5));
  await time.advance(MINUTE);
  await collect(1);
}
