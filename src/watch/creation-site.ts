/** Ours: what stands in a stack above the caller. */
const OWN = /[\\/](?:watch[\\/](?:creation-site|group|watcher)\.[jt]s)/;
const PLACE = /\(?((?:file:\/\/|\/|[a-z]:\\|webpack)[^()]*:\d+:\d+)\)?$/i;

/**
 * Where the caller of the watcher stands, as `file:line:column`; `null` where the stack does not tell.
 *
 * **Cost:** some 10 us. Only text is kept: the stack itself would hold functions and receivers.
 */
export function siteOf(): string | null {
  const { stack } = new Error('site');
  if (typeof stack !== 'string') return null;
  for (const line of stack.split('\n').slice(1)) {
    if (OWN.test(line)) continue;
    return PLACE.exec(line.trim())?.[1] ?? null;
  }
  return null;
}
