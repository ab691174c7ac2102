import { fileURLToPath } from 'node:url';
import { pathOfUrl } from '../snapshot/index.ts';

/** What runs inside a watched program is the CommonJS build of these rooms. */
const OURS = ['register.js', 'diagnose/', 'runtime/', 'base/'].map((room) =>
  fileURLToPath(new URL(`../cjs/${room}`, import.meta.url)),
);

/** Whether a script in a snapshot is Plimsoll's own and not the program's. */
export function isWatcherScript(url: string): boolean {
  const path = pathOfUrl(url);
  return OURS.some((ours) => path.startsWith(ours));
}
