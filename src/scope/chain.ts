/**
 * Who waits for whom, so that a disposer that closes the scope it runs for is not kept waiting for itself.
 *
 * Each closing is a link that knows the closing within which it was begun. The link under way is a variable while
 * disposers run, and follows asynchronous ones through their promises.
 */
import { AsyncContext } from '../runtime/index.ts';
import type { EntryOwner } from './entry.ts';

export interface Link {
  readonly scope: EntryOwner;
  readonly outer: Link | undefined;
  /** Nobody waits for it any more, though what it began may still run. */
  readonly isOver: boolean;
}

let current: Link | undefined;
const following: AsyncContext<Link> = new AsyncContext();

/** The closing for which this code runs, if any. */
export function currentLink(): Link | undefined {
  return current ?? following.get();
}

/**
 * Makes `link` the closing under way, and gives the one before, which {@link leaveLink} has to restore.
 *
 * Two calls and no callback: every entry of every scope passes here as it ends.
 */
export function enterLink(link: Link): Link | undefined {
  const before = current;
  current = link;
  return before;
}

/** @see {@link enterLink} */
export function leaveLink(before: Link | undefined): void {
  current = before;
}

/** Calls an asynchronous disposer of the closing `link`, which follows it through its promises. */
export function runFollowed<T>(link: Link, run: () => T): T {
  return following.run(link, run);
}

function owns(scope: EntryOwner, other: EntryOwner): boolean {
  for (let one: EntryOwner | undefined = other; one !== undefined; one = one.parent) if (one === scope) return true;
  return false;
}

/** Whether the end of `scope` waits for the code that runs now: for itself, or for a scope that it owns. */
export function waitsForCaller(scope: EntryOwner): boolean {
  for (let link = currentLink(); link !== undefined; link = link.outer) {
    if (!link.isOver && owns(scope, link.scope)) return true;
  }
  return false;
}
