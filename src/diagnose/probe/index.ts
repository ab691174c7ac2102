/** All that runs inside a watched program. */
import { isMainThread, parentPort } from 'node:worker_threads';
import { now } from '../../runtime/index.ts';
import { SESSION_VARIABLE, SETTINGS_VARIABLE } from '../wire.ts';
import { ownLauncher, sayHello } from './hello.ts';
import { PlimsollProbeJournal } from './journal.ts';
import { takeThread } from './mark.ts';
import { PlimsollProbeOrders } from './orders.ts';
import { PlimsollProbe } from './probe.ts';
import { readSettings } from './settings.ts';

export { launcherOf } from './launcher.ts';
export { startOf } from './tether.ts';
export { ownLauncher };

function begin(session: string, settings: string | undefined, startedAt: number): void {
  try {
    const hello = sayHello(startedAt);
    const journal = new PlimsollProbeJournal(session, hello.pid, hello.threadId);
    journal.guard('start', () => {
      const orders = new PlimsollProbeOrders(session, hello.pid, hello.threadId);
      journal.write(hello);
      if (hello.launcher !== null || journal.isClosed) return;
      new PlimsollProbe({ journal, orders, hello, settings: readSettings(settings), startedAt }).start();
    });
  } catch {
    // Without a journal there is nobody to tell, and the program is not to suffer.
  }
}

/**
 * Starts the watch of this thread when a watcher has asked for it through the environment; otherwise does nothing.
 * Never throws, writes nothing to the program's outputs and keeps nothing open.
 */
export function startProbe(environment: NodeJS.ProcessEnv): void {
  const session = environment[SESSION_VARIABLE];
  if (session === undefined || session === '' || !takeThread()) return;
  const settings = environment[SETTINGS_VARIABLE];
  if (isMainThread) begin(session, settings, 0);
  // Workers without a port are Node's own (module hooks). Others learn only after the preload which script they run.
  else if (parentPort !== null) queueMicrotask(begin.bind(undefined, session, settings, now()));
}
