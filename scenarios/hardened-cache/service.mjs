// The dashboard as a process: `node service.mjs asked|untouched [throw|reject]`. Says how many values it disposed of, if it
// gets to say anything.
import { Shutdown } from 'plimsoll/scope';
import { makeCaches } from './plimsoll.mjs';

const [mode, way] = process.argv.slice(2);
let disposed = 0;
const caches = Object.values(makeCaches({ dispose: () => void disposed++ }));
for (const cache of caches) for (let i = 0; i < 10; i++) cache.set(i, { i });

if (mode === 'asked') {
  const shutdown = new Shutdown({ signals: ['SIGTERM', 'SIGINT', 'SIGUSR2'], errors: true });
  for (const cache of caches) shutdown.use(cache);
}
process.once('exit', () => console.log(`disposed ${disposed}`));
setInterval(() => {}, 60_000);
console.log('up');
if (way === 'throw') throw new Error('on purpose');
if (way === 'reject') void Promise.reject(new Error('on purpose'));
