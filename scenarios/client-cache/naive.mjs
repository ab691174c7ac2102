// One client per API key, as it is mostly written: a Map that is filled when somebody asks.

/** @param {{ connect: (apiKey: string) => Promise<any>, log: (line: string) => void }} options */
export function makeClients({ connect, log }) {
  const clients = new Map();

  return {
    async use(apiKey, work) {
      let client = clients.get(apiKey);
      if (client === undefined) {
        client = await connect(apiKey);
        clients.set(apiKey, client);
        log(`new client for ${apiKey}, ${clients.size} now`);
      }
      return work(client);
    },
    size: () => clients.size,
    stats: () => ({ clients: clients.size, newest: [...clients.keys()].at(-1) }),
    async close() {
      await Promise.all([...clients.values()].map((client) => client.end()));
      clients.clear();
    },
  };
}
