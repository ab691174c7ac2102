/**
 * The largest sessions, for people. A session's id may be all that is needed to take it over, so it is shown as its keyed
 * hash: the same for the same session as long as the process lives, of no use elsewhere, and good enough to close it by.
 */
import { makeSipKey, type SipKey, sipHash } from '../base/siphash.ts';
import type { SessionLike, SessionsLike } from './parts.ts';

/** One of them. */
export interface ListedSession {
  /** `session#` and 16 hexadecimal digits. */
  readonly id: string;
  readonly bytes: number;
  readonly limitBytes: number | null;
  readonly idleMs: number | null;
}

const MOST_LISTED = 50;

let processKey: SipKey | undefined;

/** How a session is shown. */
function handleOf(id: string): string {
  processKey ??= makeSipKey();
  return `session#${sipHash(processKey, new TextEncoder().encode(id))}`;
}

/** The largest first. **Cost:** a look at each session, and a hash for each that is listed. */
export function largestSessions(sessions: SessionsLike): ListedSession[] {
  return [...membersOf(sessions)]
    .filter(({ usedBytes }) => usedBytes !== undefined)
    .map(({ id = '', usedBytes: bytes = 0, reservedBytes = Infinity, idleMs = null }) => {
      return { id, bytes, limitBytes: reservedBytes === Infinity ? null : reservedBytes, idleMs };
    })
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, MOST_LISTED)
    .map((session) => ({ ...session, id: handleOf(session.id) }));
}

/** The id of the session that is shown by `handle`; `undefined` when it is gone, or that is no such handle. */
export function idOfHandle(sessions: SessionsLike, handle: string): string | undefined {
  if (!/^session#[0-9a-f]{16}$/.test(handle)) return undefined;
  for (const { id } of membersOf(sessions)) if (id !== undefined && handleOf(id) === handle) return id;
  return undefined;
}

function membersOf(sessions: SessionsLike): Iterable<SessionLike> {
  return sessions[Symbol.iterator] === undefined ? [] : (sessions as Iterable<SessionLike>);
}
