/**
 * The live caches, scopes and monitors of this process, held weakly, so that whoever reports on them finds them without
 * any wiring, in whichever copy of the package they were made.
 */

/** What can be registered. */
export type LiveKind = 'cache' | 'scope' | 'monitor' | 'watcher';

interface LiveList {
  refs: Set<WeakRef<object>>;
  /** Above this many entries the collected ones are taken out; keeps registering O(1) on the average. */
  pruneAt: number;
}

const HOME = Symbol.for('plimsoll.live');
const SMALLEST_PRUNE = 64;

function lists(): Map<LiveKind, LiveList> {
  const home = globalThis as { [HOME]?: Map<LiveKind, LiveList> };
  home[HOME] ??= new Map();
  return home[HOME];
}

function prune(list: LiveList): void {
  for (const ref of list.refs) {
    if (ref.deref() === undefined) list.refs.delete(ref);
  }
  list.pruneAt = Math.max(SMALLEST_PRUNE, list.refs.size * 2);
}

/**
 * Makes `object` findable by {@link liveOf} until it is collected, or until the returned function is called.
 *
 * **Cost:** one `WeakRef`; collected ones are taken out as the list doubles.
 */
export function registerLive(kind: LiveKind, object: object): () => void {
  const all = lists();
  let list = all.get(kind);
  if (list === undefined) all.set(kind, (list = { refs: new Set(), pruneAt: SMALLEST_PRUNE }));
  if (list.refs.size >= list.pruneAt) prune(list);
  const ref = new WeakRef(object);
  const { refs } = list;
  refs.add(ref);
  return () => void refs.delete(ref);
}

/**
 * What is registered and not yet collected, oldest first.
 *
 * The caller knows the shape by `kind`; objects of another copy of the package may lack what a newer one has.
 */
export function liveOf(kind: LiveKind): object[] {
  const found: object[] = [];
  for (const ref of lists().get(kind)?.refs ?? []) {
    const object = ref.deref();
    if (object !== undefined) found.push(object);
  }
  return found;
}
