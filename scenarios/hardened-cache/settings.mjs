// The dashboard's caches: how long entries live, how many there may be, above how many bytes somebody should know.
const MINUTE = 60_000;
const MB = 2 ** 20;

export const SETTINGS = {
  proposals: { ttl: 10 * MINUTE, maxEntries: 500, warnBytes: 50 * MB },
  users: { ttl: 30 * MINUTE, maxEntries: 200, warnBytes: 30 * MB },
  marketData: { ttl: 60 * MINUTE, maxEntries: 100, warnBytes: 20 * MB },
  calculations: { ttl: 5 * MINUTE, maxEntries: 1000, warnBytes: 100 * MB },
};
