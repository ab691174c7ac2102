/** A program that uses `plimsoll/watch`: what is done with is handed in, and what should be gone is told of. */
import { DisposedError } from 'plimsoll/errors';
import { type RetentionEvents, RetentionWatcher, type WatchedGroup } from 'plimsoll/watch';

function late(watcher: RetentionWatcher): unknown {
  try {
    return watcher.expectCollected({}, 'late');
  } catch (error) {
    return error;
  }
}

export function use(): Record<string, boolean> {
  const seen: string[] = [];
  const watcher = new RetentionWatcher({ grace: '10s', known: ['00000000000'] });
  const stop = watcher.on('retained', ({ count, group }: RetentionEvents['retained']) => {
    seen.push(`${count} ${group.label} of ${group.className} at ${group.site ?? 'somewhere'}`);
  });
  const session = { id: 1 };
  const isWatched = watcher.expectCollected(session, 'session', { grace: '1m' });
  const groups: readonly WatchedGroup[] = watcher.list();
  stop();
  watcher.close();
  return {
    'it is watched': isWatched && watcher.status().watched === 1 && session.id === 1,
    'groups are listed': groups.length === 1 && groups[0]?.label === 'session' && groups[0].className === 'Object',
    'nothing is told yet': seen.length === 0,
    'what comes too late is refused': late(watcher) instanceof DisposedError,
  };
}
