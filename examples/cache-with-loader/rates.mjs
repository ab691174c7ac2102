// Exchange rates from a slow source that sometimes fails, for many who ask at once. Runs for three seconds.
import { Cache } from 'plimsoll/cache';

let calls = 0;

/** Stands for the supplier's API. */
async function fetchRates(currencies, signal) {
  calls++;
  await pause(100, signal);
  if (Math.random() < 0.2) throw new Error('the supplier is out');
  return new Map(currencies.filter((name) => name !== 'XXX').map((name) => [name, 1 + Math.random()]));
}

const rates = new Cache({
  name: 'rates',
  maxEntries: 500,
  ttl: '500ms',
  load: async (currency, { signal }) => (await fetchRates([currency], signal)).get(currency),
  loadMany: (currencies, { signal }) => fetchRates(currencies, signal),
  refreshAfter: '300ms', // asked for in its last 200 ms, a rate is loaded again before it expires
  staleWhileRevalidate: '1s', // and for a second longer nobody waits
  staleIfError: '10m', // an old rate is better than none
  negativeTtl: { missing: '10m', error: '100ms' }, // currencies that do not exist; a pause after a failure
  onError: (error) => console.error(`kept the old rates: ${error.message}`),
});

/** One customer: looks at three rates, and hangs up when it takes too long. */
async function customer() {
  const basket = ['EUR', 'CHF', Math.random() < 0.1 ? 'XXX' : 'GBP'];
  try {
    await rates.getOrLoadMany(basket, { signal: AbortSignal.timeout(150) });
    return 'served';
  } catch (error) {
    return error.name === 'TimeoutError' ? 'hung up' : 'failed';
  }
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

const outcomes = { served: 0, 'hung up': 0, failed: 0 };
for (const end = Date.now() + 3000; Date.now() < end; ) {
  for (const outcome of await Promise.all(Array.from({ length: 50 }, customer))) outcomes[outcome]++;
  await pause(5);
}

const { hits, misses, loads, loadFailures, staleHits } = rates.stats();
console.log(outcomes, { calls, hits, misses, loads, loadFailures, staleHits });
