/** What Keyv and its stores look like. */

/** A store of Keyv, a Keyv, or anything with these methods, such as a Map. */
export interface KeyvLike {
  get(key: string): unknown;
  /** `ttl` in ms; without end when it is not given. */
  set(key: string, value: string, ttl?: number): unknown;
  delete(key: string): unknown;
  clear(): unknown;
}

/** Whether something has the methods of a Keyv store. */
export function isKeyvLike(store: unknown): store is KeyvLike {
  if (typeof store !== 'object' || store === null) return false;
  const methods = ['get', 'set', 'delete', 'clear'] as const;
  return methods.every((name) => typeof (store as Record<string, unknown>)[name] === 'function');
}
