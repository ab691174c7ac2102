// Faults inside the gateway's process, for the soak: memory that is short for a moment, and a disposer that fails.
import { Cache } from 'plimsoll/cache';

const MIB = 1024 * 1024;
/** Soon, and seldom: a floor that is taken meanwhile stands out, and a watch of a minute has few of them. */
const HOLD_FIRST_MS = 5_000;
const HOLD_EVERY_MS = 10 * 60_000;
const HOLD_FOR_MS = 100;
const HELD = 8 * MIB;
const DROP_EVERY_MS = 500;

/** Begins; nothing of it holds the process up. */
export function injectFaults() {
  const unwilling = new Cache({
    name: 'unwilling',
    maxEntries: 10,
    warnUtilisation: false,
    disposeRetryDelay: '50ms',
    dispose: async () => {
      throw new Error('the disposer fails, as it is meant to');
    },
    onError: () => {},
    onAlert: () => {},
  });
  let count = 0;
  setInterval(() => unwilling.set(count++, { count }), DROP_EVERY_MS).unref();
  setTimeout(holdMemory, HOLD_FIRST_MS).unref();
  setInterval(holdMemory, HOLD_EVERY_MS).unref();
}

function holdMemory() {
  const held = Array.from({ length: HELD / 1024 }, (_, at) => Array.from({ length: 126 }, () => at));
  setTimeout(() => held.splice(0), HOLD_FOR_MS).unref();
}
