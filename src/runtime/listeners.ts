import { activeHandles } from './resources.ts';

/** What has listeners; every `EventEmitter` fits. */
export interface ListenerSource {
  eventNames(): (string | symbol)[];
  listenerCount(event: string | symbol): number;
}

/** More open handles than this are not looked at one by one. */
const MOST_LOOKED_AT = 2_000;

/** All listeners of an emitter. */
export function listenersOf(source: ListenerSource): number {
  let count = 0;
  for (const event of source.eventNames()) count += source.listenerCount(event);
  return count;
}

/**
 * Listeners on what can be found without being told: on the process, and on open handles by their class (`Socket`,
 * `Server`), where of more than 2,000 handles every n-th is looked at and the sum estimated.
 *
 * **Cost:** some microseconds a handle, 10 ms at most.
 */
export function countListeners(): Record<string, number> {
  const counts: Record<string, number> = { process: listenersOf(process) };
  const handles = activeHandles();
  const step = Math.ceil(handles.length / MOST_LOOKED_AT);
  for (let i = 0; i < handles.length; i += step) {
    const listeners = listenersOn(handles[i]!);
    if (listeners === null) continue;
    const kind = handles[i]!.constructor?.name || 'unnamed';
    counts[kind] = (counts[kind] ?? 0) + listeners * step;
  }
  return counts;
}

/** `null` of what is no emitter, or fails as one: a subclass of the program's may do anything. */
function listenersOn(handle: Partial<ListenerSource>): number | null {
  if (typeof handle.eventNames !== 'function' || typeof handle.listenerCount !== 'function') return null;
  try {
    return listenersOf(handle as ListenerSource);
  } catch {
    return null;
  }
}
