// The state of an agent's threads, as it grows in most code: a Map for each kind of state, and a bound on the one that was
// seen to grow.

const MOST = 500;
const EVICTED = 50;

/** @param {{ send: (id: string, text: string) => void, onTimeout: (id: string) => void }} target */
export function makeThreadStore({ send, onTimeout }, { flushAfter = 50, turnTimeout = 120_000 } = {}) {
  const deltas = new Map();
  const flushTimers = new Map();
  const timeoutTimers = new Map();

  function evict() {
    for (const id of [...deltas.keys()].slice(0, EVICTED)) deltas.delete(id);
  }

  function flush(id) {
    const text = deltas.get(id)?.splice(0).join('');
    if (text) send(id, text);
  }

  return {
    append(id, delta) {
      if (!deltas.has(id)) {
        if (deltas.size >= MOST) evict();
        deltas.set(id, []);
      }
      deltas.get(id).push(delta);
      clearTimeout(flushTimers.get(id));
      flushTimers.set(
        id,
        setTimeout(() => flush(id), flushAfter),
      );
    },
    startTurn(id) {
      timeoutTimers.set(
        id,
        setTimeout(() => onTimeout(id), turnTimeout),
      );
    },
    endTurn(id) {
      clearTimeout(timeoutTimers.get(id));
    },
    closeThread(id) {
      clearTimeout(flushTimers.get(id));
      clearTimeout(timeoutTimers.get(id));
      deltas.delete(id);
    },
    size: () => deltas.size,
    stats: () => ({ size: deltas.size, flushTimers: flushTimers.size, timeoutTimers: timeoutTimers.size }),
    async close() {
      for (const id of deltas.keys()) this.closeThread(id);
    },
  };
}
