// Sessions with a store, a scope and a budget of their own, and a monitor over all of them.
import { Monitor } from 'plimsoll/monitor';
import { SessionBroker } from 'plimsoll/session';

const FRAME_BYTES = 64 * 1024;
const MB = 2 ** 20;

/** @param {{ bus: import('node:events').EventEmitter }} options */
export function makeSessions({ bus, ...brokerOptions }) {
  const broker = new SessionBroker({
    maxSessions: 15,
    perSession: '10MB',
    total: '150MB',
    components: { cache: '5MB', modules: '2MB', broker: '1MB', renderer: '1MB', headroom: '1MB' },
    store: { maxEntries: 20, maxBytes: '5MB', warnUtilisation: false },
    onFull: 'closeLeastRecent',
    ...brokerOptions,
  });

  return {
    broker,
    async open(id) {
      const session = await broker.open(id);
      let news = 0;
      session.scope.on(bus, 'news', () => news++);
      session.scope.setInterval(() => session.touch(), '1m');
      return {
        id,
        session,
        news: () => news,
        get: (key) => session.store.get(key),
        set: (key, value) => session.store.set(key, value),
        draw(make) {
          session.budget.charge('renderer', FRAME_BYTES);
          try {
            return make();
          } finally {
            session.budget.release('renderer', FRAME_BYTES);
          }
        },
      };
    },
    close: (id) => broker.close(id),
    entries: () => [...broker].reduce((sum, { store }) => sum + store.size, 0),
    shutdown: () => broker.shutdown(),
  };
}

/** A monitor that reads the process every minute, and tells of sessions over their budget and of memory that grows. */
export function watchSessions(broker, options = {}) {
  return new Monitor({
    name: 'sessions',
    interval: '1m',
    maxFloorAge: '1m',
    rules: { growth: { warning: MB } },
    budgets: { sessions: { bytes: () => broker.stats().usedBytes, maxBytes: '150MB' } },
    logStatistics: '5m',
    onError: () => {},
    ...options,
  });
}
