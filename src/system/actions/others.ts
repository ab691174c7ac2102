/** The small actions: clear a cache, close a session, shed load. */
import { messageOf } from '../../base/errors.ts';
import { readDuration } from '../../base/options.ts';
import { liveOf } from '../../base/registry.ts';
import { formatCount, formatDuration } from '../../base/units.ts';
import type { SessionsLike } from '../parts.ts';
import { idOfHandle } from '../session-list.ts';
import type { ActionKind, ActionResult } from './action.ts';

/** A cache, as far as it is cleared. */
interface Clearable {
  readonly name: string | undefined;
  readonly size: number;
  clear(): void;
}

function namedCaches(name: string | undefined): Clearable[] {
  if (name === undefined) return [];
  return (liveOf('cache') as Partial<Clearable>[]).filter(
    (cache): cache is Clearable => cache.name === name && typeof cache.clear === 'function',
  );
}

/** `caches/{name}/clear`: empties every cache of that name. */
export function clearAction(everyMs: number): ActionKind {
  return {
    name: 'clear',
    everyMs,
    preflight: ({ subject }) =>
      namedCaches(subject).length > 0 ? undefined : { outcome: 'missing', message: 'No live cache has that name.' },
    run: ({ subject }) => {
      let entries = 0;
      for (const cache of namedCaches(subject)) {
        entries += cache.size;
        cache.clear();
      }
      return { outcome: 'done', message: `Entries cleared: ${formatCount(entries)}.`, figures: { entries } };
    },
  };
}

/** `sessions/{id}/close`, where the id may be the hash by which `stats` shows a session. */
export function closeAction(everyMs: number, sessions: SessionsLike): ActionKind {
  const missing: ActionResult = { outcome: 'missing', message: 'No session has that id.' };
  const idOf = (subject: string): string => idOfHandle(sessions, subject) ?? subject;
  return {
    name: 'close',
    everyMs,
    preflight: ({ subject = '' }) => (sessions.has?.(idOf(subject)) === false ? missing : undefined),
    run: async ({ subject = '' }) => {
      const closed = await sessions.close(idOf(subject));
      return closed === false ? missing : { outcome: 'done', message: 'The session is closed.' };
    },
  };
}

const LONGEST_SHED_MS = 3_600_000;
const SHED_MS = 60_000;

/** `shed?for=5m`: no work is to be sent here for so long, an hour at most; `for=0` ends it. */
export function shedAction(everyMs: number, shedFor: (ms: number) => void): ActionKind {
  const lengthOf = (query: URLSearchParams): number =>
    Math.min(readDuration('for', query.get('for') ?? SHED_MS), LONGEST_SHED_MS);
  return {
    name: 'shed',
    everyMs,
    preflight: ({ query }) => {
      try {
        lengthOf(query);
        return undefined;
      } catch (error) {
        return { outcome: 'refused', message: messageOf(error) };
      }
    },
    run: ({ query }) => {
      const forMs = lengthOf(query);
      shedFor(forMs);
      const message = forMs === 0 ? 'It may be ready again.' : `Not ready for ${formatDuration(forMs)}.`;
      return { outcome: 'done', message, figures: { forMs } };
    },
  };
}
