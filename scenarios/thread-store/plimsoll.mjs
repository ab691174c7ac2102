// The state of an agent's threads in one bounded pool of scopes: whatever ends a thread ends all that it has.
import { ScopePool } from 'plimsoll/session';

const LEAST = 500;
const A_SESSION = 100;
/** What is unsent comes and goes with every flush; less is not worth weighing. */
const WORTH_WEIGHING = 16 * 1024;

/** @param {{ send: (id: string, text: string) => void, onTimeout: (id: string) => void }} target */
export function makeThreadStore(
  { send, onTimeout },
  { flushAfter = 50, turnTimeout = '2m', sessions = 5, env = process.env, ...poolOptions } = {},
) {
  const threads = new ScopePool({
    name: 'threads',
    maxEntries: capacityOf(sessions, env),
    evictBatch: 50,
    idleTtl: '1h',
    maxBytes: '64MB',
    sizeOf: ({ weighedBytes }) => weighedBytes,
    create: (scope, id) => {
      const thread = { id, scope, deltas: [], unsentBytes: 0, weighedBytes: 0, flushTimer: undefined, turn: undefined };
      // Oldest in its scope, so last to end: whatever still comes in while the thread ends is sent too.
      scope.defer(() => flush(thread), { name: 'deltas' });
      return thread;
    },
    ...poolOptions,
  });

  function flush(thread) {
    thread.flushTimer?.dispose();
    thread.flushTimer = undefined;
    thread.unsentBytes = 0;
    if (thread.deltas.length > 0) send(thread.id, thread.deltas.splice(0).join(''));
    weigh(thread);
  }

  function weigh(thread) {
    if (Math.abs(thread.unsentBytes - thread.weighedBytes) < WORTH_WEIGHING) return;
    thread.weighedBytes = thread.unsentBytes;
    threads.weigh(thread.id);
  }

  function endTurn(thread, then) {
    if (thread?.turn === undefined) return;
    thread.turn.dispose();
    thread.turn = undefined;
    if (threads.peek(thread.id) === thread) threads.unpin(thread.id);
    then?.(thread.id);
  }

  return {
    threads,
    append(id, delta) {
      const thread = threads.open(id);
      thread.deltas.push(delta);
      thread.unsentBytes += delta.length;
      thread.flushTimer ??= thread.scope.setTimeout(() => flush(thread), flushAfter, { name: 'flush' });
      weigh(thread);
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
    closeThread: (id) => threads.delete(id),
    setSessions: (count) => threads.resize({ maxEntries: capacityOf(count, env) }),
    size: () => threads.size,
    stats() {
      const { open, ...rest } = threads.stats();
      const { flush: flushTimers = 0, turn: timeoutTimers = 0 } = open.byName;
      return { ...rest, flushTimers, timeoutTimers, total: flushTimers + timeoutTimers };
    },
    close: () => threads.close(),
  };
}

/** Threads at most: as many as MAX_CACHE_SIZE says, else a hundred for each session, and 500 at least. */
function capacityOf(sessions, { MAX_CACHE_SIZE: text = '' }) {
  const own = Number(text);
  if (text !== '' && Number.isSafeInteger(own) && own > 0) return own;
  const capacity = Math.max(LEAST, sessions * A_SESSION);
  if (text !== '')
    process.emitWarning(`Expected MAX_CACHE_SIZE to be a whole number from 1, got '${text}'. It is ${capacity}.`);
  return capacity;
}
