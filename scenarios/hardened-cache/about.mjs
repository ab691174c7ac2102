export const title = "Hardened cache: a dashboard's named caches";
export const about =
  'Four caches of a dashboard, for proposals, users, market data and calculations. What is put in breaks careless code: cycles, getters that throw, proxies, BigInts, functions, huge graphs; and of ' +
  'what has to be disposed of, some throws, some rejects, some takes its time and some never answers. A simulated day. The ends by signal and by error are those of real processes.';
export const sizes = ['small'];
