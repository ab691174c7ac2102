/** Which processes are watched with one. */
import { isPlimsollError } from '../../base/errors.ts';
import { startOf } from '../../diagnose/probe/index.ts';
import type { AttachRequest, ProbeSettings } from '../../diagnose/wire.ts';
import { isNodeProcess } from '../inspector/node-process.ts';
import { requireAttachable, shareFolder } from './attachable.ts';
import { type InjectOptions, injectProbe } from './inject.ts';
import { descendantsOf, readListeners } from '../inspector/proc.ts';

export interface FamilyRequest {
  readonly pid: number;
  readonly session: string;
  readonly settings: ProbeSettings;
}

/**
 * Puts a process under watch, with its worker threads and with those it has started that are Node.js and let us in.
 *
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE} when the process itself cannot be watched
 */
export async function watchFamily({ pid, session, settings }: FamilyRequest, options: InjectOptions): Promise<void> {
  const watcher = { pid: process.pid, start: startOf(process.pid) };
  const requestFor = (member: number): AttachRequest => ({ pid: member, session, settings, watcher });
  const children = descendantsOf(pid).filter((each) => each !== process.pid && isNodeProcess(each));
  const open = new Map(children.map((child) => [child, readListeners(child)]));
  await injectProbe(requestFor(pid), options);
  for (const [child, before] of open) {
    try {
      requireAttachable(child);
      shareFolder(child, session, false);
      await injectProbe(requestFor(child), { ...options, before });
    } catch (error) {
      if (options.signal.aborted || !isPlimsollError(error)) throw error;
      options.onNotice(`A process that it has started is not watched. ${error.message}`);
    }
  }
}
