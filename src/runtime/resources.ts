/**
 * What keeps the event loop of this thread alive, counted by kind: `{ Timeout: 3, TCPServerWrap: 1 }`.
 * **Cost:** grows with the number of open things, about 0.1 ms per thousand.
 */
export function countResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/**
 * What has an open handle in this thread: sockets, servers, child processes. Empty where the runtime keeps no list.
 * **Cost:** grows with the number of open things.
 */
export function activeHandles(): readonly object[] {
  // Nothing that is documented gives the handles themselves.
  const list = (process as { _getActiveHandles?: () => object[] })._getActiveHandles;
  return typeof list === 'function' ? list.call(process) : [];
}
