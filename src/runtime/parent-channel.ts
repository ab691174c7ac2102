/** The way to the process that has forked this one, if one has, and left a channel open. */
export interface ParentChannel {
  /** Sends a message; whether the channel still took it. */
  send(message: object): boolean;
  /** Calls `listener` with what the parent sends, until the returned function is called. */
  listen(listener: (message: unknown) => void): () => void;
}

/** The channel to the parent; `null` without one. */
export function parentChannel(): ParentChannel | null {
  if (typeof process.send !== 'function') return null;
  return {
    send: (message) => {
      try {
        // A parent that is gone is no error of ours: the callback takes it.
        return process.connected && process.send!(message, undefined, undefined, () => {});
      } catch {
        return false;
      }
    },
    listen: (listener) => {
      process.on('message', listener);
      return () => void process.off('message', listener);
    },
  };
}
