/**
 * The probe for a program that was started without it: bundled into one script, which the watcher evaluates through
 * the inspector. It loads no module of ours, and takes itself away again.
 */
import path from 'node:path';
import { messageOf, systemCodeOf } from '../../base/errors.ts';
import { files, now, writeText } from '../../runtime/index.ts';
import type { AttachAnswer, AttachRequest } from '../wire.ts';
import { sayHello } from './hello.ts';
import { PlimsollProbeJournal } from './journal.ts';
import { giveThreadBack, takeThread } from './mark.ts';
import { PlimsollProbeOrders } from './orders.ts';
import { PlimsollProbe } from './probe.ts';
import { PlimsollProbeTether } from './tether.ts';

/** Why nothing can be written to a folder; `null` when it can. */
function whyUnwritable(folder: string): string | null {
  const file = path.join(folder, `.plimsoll-${process.pid}.tmp`);
  try {
    writeText(file, ' ', 'w');
    files.unlinkSync(file);
    return null;
  } catch (error) {
    return `${folder}: ${systemCodeOf(error) ?? messageOf(error)}`;
  }
}

function begin({ session, settings, watcher }: AttachRequest): void {
  const startedAt = now();
  const hello = sayHello(startedAt);
  const journal = new PlimsollProbeJournal(session, hello.pid, hello.threadId);
  const orders = new PlimsollProbeOrders(session, hello.pid, hello.threadId);
  const tether = new PlimsollProbeTether(session, watcher);
  journal.write(hello);
  if (hello.launcher === null) new PlimsollProbe({ journal, orders, hello, settings, startedAt, tether }).start();
  else giveThreadBack();
}

/** Puts this thread under watch. Never throws. */
export function attach(request: AttachRequest): AttachAnswer {
  try {
    const { pid }: { readonly pid?: number } = process;
    if (pid === undefined) return { state: 'unborn' };
    if (pid !== request.pid) return { state: 'foreign', pid };
    const reason = whyUnwritable(request.session) ?? whyUnwritable(request.settings.outDir);
    if (reason !== null) return { state: 'unwritable', reason };
    if (!takeThread()) return { state: 'watched' };
    begin(request);
    return { state: 'attached' };
  } catch (error) {
    giveThreadBack();
    return { state: 'failed', reason: messageOf(error) };
  }
}
