// The dashboard's caches: named, bounded, weighed, and cleaned up whatever is in them.
import { Cache } from 'plimsoll/cache';
import { SETTINGS } from './settings.mjs';

/** @param {{ dispose: (name: string, key: unknown) => unknown, onAlert?: (alert: object) => void }} options */
export function makeCaches({ dispose, onAlert = () => {} }) {
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, settings]) => [
      name,
      new Cache({
        ...settings,
        name,
        sweepInterval: '1m',
        // As they are without being said: three attempts, with waits of 2 s and 4 s.
        disposeAttempts: 3,
        disposeRetryDelay: '2s',
        dispose: (_value, key) => dispose(name, key),
        onError: () => {},
        onAlert,
      }),
    ]),
  );
}
