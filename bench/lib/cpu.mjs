/** CPU time of this process so far, ns: user and system, all threads, so that the collector's helpers count. */
export function cpuNs() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** Lets everything else in the process have its turn. */
export function nextTurn() {
  return new Promise((resolve) => setImmediate(resolve));
}
