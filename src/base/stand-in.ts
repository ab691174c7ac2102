/**
 * The place of the one monitor that a preload brings into a process, shared by every copy of the package in it: whoever
 * starts a monitor of the program's own has that one step aside, so that nothing is measured and told twice.
 */

/** What waits while the program has one of its own. */
export interface StandIn {
  start(): unknown;
  stop(): unknown;
}

/** The place, before and after somebody has taken it. */
interface Place {
  standIn: StandIn | undefined;
  /** Monitors of the program's own that run. */
  own: number;
}

const HOME = Symbol.for('plimsoll.stand-in.1');

function place(): Place | undefined {
  return (globalThis as { [HOME]?: Place })[HOME];
}

/**
 * Keeps the place, before the program can start anything.
 *
 * @returns what puts the stand-in there, which is started as soon as the program has none of its own; `undefined` when the place is
 * taken.
 */
export function keepPlace(): ((standIn: StandIn) => void) | undefined {
  if (place() !== undefined) return undefined;
  const kept: Place = { standIn: undefined, own: 0 };
  Object.defineProperty(globalThis, HOME, { value: kept });
  return (standIn) => {
    kept.standIn = standIn;
    if (kept.own === 0) standIn.start();
  };
}

/** One of the program's own starts: the stand-in waits until the returned function has been called by all of them. */
export function standAside(own: StandIn): () => void {
  const found = place();
  if (found === undefined || found.standIn === own) return () => {};
  if (found.own++ === 0) found.standIn?.stop();
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    if (--found.own === 0) found.standIn?.start();
  };
}
