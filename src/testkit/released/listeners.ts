import { getEventListeners } from 'node:events';

/** An emitter of Node's. */
export interface EmitterLike {
  eventNames(): (string | symbol)[];
  rawListeners(event: string | symbol): readonly unknown[];
}

/** What can be watched for listeners: an emitter, or an abort signal. */
export type Watchable = EmitterLike | AbortSignal;

/** A listener that was added and not removed. */
export interface AddedListener {
  readonly event: string;
  /** Name of the function. */
  readonly name: string;
}

/** The listeners that something has, by event. */
export type ListenerLook = ReadonlyMap<string | symbol, readonly unknown[]>;

export function listenersOf(target: Watchable): ListenerLook {
  if (!('rawListeners' in target)) return new Map([['abort', getEventListeners(target, 'abort')]]);
  return new Map(target.eventNames().map((event) => [event, [...target.rawListeners(event)]]));
}

/** Those of the second look that are not in the first; the same function added twice is two. */
export function addedListeners(before: ListenerLook, after: ListenerLook): AddedListener[] {
  return [...after].flatMap(([event, listeners]) => {
    const left = [...(before.get(event) ?? [])];
    const added = listeners.filter((listener) => {
      const at = left.indexOf(listener);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    return added.map((listener) => ({ event: String(event), name: nameOf(listener) }));
  });
}

function nameOf(listener: unknown): string {
  // What once() adds is a wrapper around the function.
  const inner = (listener as { readonly listener?: unknown }).listener ?? listener;
  return (typeof inner === 'function' && inner.name) || '(anonymous)';
}
