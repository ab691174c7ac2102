// Sessions as they grow in most code: a table of them, one cache for all with the session's name before each key, and a
// listener for each.

/** @param {{ bus: import('node:events').EventEmitter }} options */
export function makeSessions({ bus }) {
  const sessions = new Map();
  const cache = new Map();

  return {
    async open(id) {
      const session = { id, news: 0 };
      sessions.set(id, session);
      bus.on('news', () => session.news++);
      return {
        id,
        get: (key) => cache.get(`${id}:${key}`),
        set: (key, value) => cache.set(`${id}:${key}`, value),
        draw: (make) => make(),
      };
    },
    async close(id) {
      sessions.delete(id);
    },
    entries: () => cache.size,
    async shutdown() {
      sessions.clear();
    },
  };
}
