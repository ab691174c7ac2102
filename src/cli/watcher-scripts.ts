import { fileURLToPath } from 'node:url';
import { ATTACHED_SCRIPT } from '../diagnose/wire.ts';
import { pathOfUrl } from '../snapshot/index.ts';

/** What runs inside a watched program from its start is the CommonJS build of these rooms. */
const OURS = ['register.js', 'diagnose/', 'runtime/', 'base/'].map((room) =>
  fileURLToPath(new URL(`../cjs/${room}`, import.meta.url)),
);

/** Whether a script in a snapshot is Plimsoll's own and not the program's. */
export function isWatcherScript(url: string): boolean {
  if (url === ATTACHED_SCRIPT) return true;
  const path = pathOfUrl(url);
  return OURS.some((ours) => path.startsWith(ours));
}
