/**
 * Many listeners for the abort of one signal, as one.
 *
 * A signal that lives as long as the program may be handed to a thousand calls at once; Node.js takes more than ten listeners
 * on a signal for a leak, and says so. The one listener goes when the last of ours does.
 */

interface Hub {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const hubs = new WeakMap<AbortSignal, Hub>();

/** Calls `callback` when `signal` aborts; the function that is returned takes it back. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let hub = hubs.get(signal);
  if (hub === undefined) hubs.set(signal, (hub = makeHub(signal)));
  const { callbacks } = hub;
  callbacks.add(callback);
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    signal.removeEventListener('abort', hub.listener);
    hubs.delete(signal);
  };
}

function makeHub(signal: AbortSignal): Hub {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    for (const callback of callbacks) callback();
  };
  signal.addEventListener('abort', listener);
  return { callbacks, listener };
}
