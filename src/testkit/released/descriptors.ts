import fs from 'node:fs';
import { isMainThread } from '../../runtime/index.ts';

const LIST = '/proc/self/fd';

/**
 * Open files of this process by descriptor; `null` where the system does not list them, and in a worker thread, whose
 * process has those of other threads too.
 */
export function openFiles(): ReadonlyMap<string, string> | null {
  if (!isMainThread()) return null;
  let names: readonly string[];
  try {
    names = fs.readdirSync(LIST);
  } catch {
    return null;
  }
  return new Map(names.map((name) => [name, targetOf(name)] as const).filter(([, target]) => isFile(target)));
}

function targetOf(name: string): string {
  try {
    return fs.readlinkSync(`${LIST}/${name}`);
  } catch {
    // The descriptor of the list itself is closed again by now.
    return '';
  }
}

/** Sockets and pipes are found as handles; devices and the system's own views are no leak. */
function isFile(target: string): boolean {
  return target.startsWith('/') && !/^\/(?:dev|proc|sys)\//.test(target);
}
