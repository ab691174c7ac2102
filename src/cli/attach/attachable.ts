/** Whether a process can be watched, looked at from outside before anything is asked of it. */
import fs from 'node:fs';
import { systemCodeOf } from '../../base/errors.ts';
import { requireReachableNode, unreachable } from '../inspector/node-process.ts';
import { readText, seesOurFolder, sharesOurNumbers } from '../inspector/proc.ts';

/**
 * Refuses every process that cannot be watched from here, before any signal is sent.
 *
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE}
 */
export function requireAttachable(pid: number): void {
  requireReachableNode(pid);
  if (sharesOurNumbers(pid)) return;
  throw unreachable(`Process ${pid} is in another pid namespace (a container); run this command inside it.`);
}

/**
 * Sees that the process finds a folder of ours and may write to it.
 *
 * @param isOurs - whether we made the folder, and may give it away: root watches the service of another user
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE}
 */
export function shareFolder(pid: number, folder: string, isOurs: boolean): void {
  if (!seesOurFolder(pid, folder)) {
    throw unreachable(
      `Process ${pid} does not see the folder ${folder} (a container, or PrivateTmp of systemd); ` +
        `${isOurs ? 'TMPDIR names' : '--out has to be'} a folder that it sees too.`,
    );
  }
  if (!isOurs) return;
  try {
    const { uid, gid } = fs.statSync(`/proc/${pid}`);
    if (fs.statSync(folder).uid !== uid) fs.chownSync(folder, uid, gid);
  } catch (error) {
    throw unreachable(`The folder ${folder} cannot be given to process ${pid}: ${systemCodeOf(error)}.`, error);
  }
}

/** The words by which a process was started. */
export function commandLineOf(pid: number): readonly string[] {
  return (readText(`/proc/${pid}/cmdline`) ?? '').split('\0').filter((word) => word !== '');
}
