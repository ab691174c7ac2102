// The state of an agent's threads: a delta buffer, its flush timer and a turn timeout each, in one bounded pool of scopes.
import { ScopePool } from 'plimsoll/session';

/** @param {{ send: (id: string, text: string) => void, onTimeout: (id: string) => void }} target */
export function makeThreadStore(
  { send, onTimeout },
  { sessions = 5, clock, flushAfter = 50, turnTimeout = '2m' } = {},
) {
  const threads = new ScopePool({
    name: 'threads',
    maxEntries: capacityOf(sessions),
    evictBatch: 50,
    idleTtl: '1h',
    clock,
    create: (scope, id) => {
      const thread = { id, scope, deltas: [], flushTimer: undefined, turn: undefined };
      // Oldest in its scope, so last to end: whatever still comes in while the thread ends is sent too.
      scope.defer(() => flush(thread), { name: 'deltas' });
      return thread;
    },
  });

  function flush(thread) {
    thread.flushTimer?.dispose();
    thread.flushTimer = undefined;
    if (thread.deltas.length > 0) send(thread.id, thread.deltas.splice(0).join(''));
  }

  return {
    threads,
    append(id, delta) {
      const thread = threads.open(id);
      thread.deltas.push(delta);
      thread.flushTimer ??= thread.scope.setTimeout(() => flush(thread), flushAfter, { name: 'flush' });
    },
    /** A thread with a running turn is not evicted; if it is closed all the same, its timeout fires. */
    startTurn(id) {
      const thread = threads.open(id);
      thread.turn?.dispose();
      threads.pin(id);
      const timedOut = () => endTurn(thread, onTimeout);
      thread.turn = thread.scope.setTimeout(timedOut, turnTimeout, { name: 'turn', fireAtEnd: true });
    },
    endTurn: (id) => endTurn(threads.peek(id)),
    setSessions: (count) => threads.resize({ maxEntries: capacityOf(count) }),
    stats() {
      const { open, ...rest } = threads.stats();
      const { flush: flushTimers = 0, turn: timeoutTimers = 0 } = open.byName;
      return { ...rest, flushTimers, timeoutTimers, total: flushTimers + timeoutTimers };
    },
    close: () => threads.close(),
  };

  function endTurn(thread, then) {
    if (thread?.turn === undefined) return;
    thread.turn.dispose();
    thread.turn = undefined;
    if (threads.peek(thread.id) === thread) threads.unpin(thread.id);
    then?.(thread.id);
  }
}

/** As MAX_CACHE_SIZE says, else a hundred for each session, and 500 at least. */
function capacityOf(sessions) {
  const capacity = Math.max(500, sessions * 100);
  const text = process.env.MAX_CACHE_SIZE ?? '';
  const own = Number(text);
  if (text === '') return capacity;
  if (Number.isSafeInteger(own) && own > 0) return own;
  process.emitWarning(`Expected MAX_CACHE_SIZE to be a whole number from 1, got '${text}'. It is ${capacity}.`);
  return capacity;
}
