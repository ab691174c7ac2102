// One client per API key: made once however many ask, kept while somebody uses it and for an hour after.
import { Cache } from 'plimsoll/cache';

/** @param {{ connect: (apiKey: string) => Promise<any>, log: (line: string) => void }} options */
export function makeClients({ connect, log }) {
  const line = (fields, message) => log(`${message} ${JSON.stringify(fields)}`);
  const clients = new Cache({
    name: 'api-clients',
    maxEntries: 5_000,
    idleTtl: '1h',
    sweepInterval: '5m',
    leaseTimeout: '4h',
    secretKeys: true,
    logger: { debug: line, warn: line, error: line },
    logRemovals: 'entry',
    logKeys: true,
    load: connect,
    dispose: (client) => client.end(),
  });

  return {
    clients,
    async use(apiKey, work) {
      const lease = await clients.acquireOrLoad(apiKey);
      try {
        return await work(lease.value);
      } finally {
        lease.release();
      }
    },
    size: () => clients.size,
    stats: () => clients.stats(),
    close: () => clients.close(),
  };
}
