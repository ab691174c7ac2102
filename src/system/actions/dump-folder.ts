/**
 * The folder that heap snapshots go to. It must be this user's alone: else somebody could read them, have one written
 * over a file of his choice, or put something else in its place.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { FileError, messageOf } from '../../base/errors.ts';
import { userId } from '../../runtime/index.ts';

const NAME = /^heap-\d{8}T\d{6}Z-\d{1,10}-[0-9a-f]{16}\.heapsnapshot$/;

/** A folder of snapshots. */
export class DumpFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = path.resolve(folder);
  }

  /** Makes it unless it is there. @throws {FileError} `PLIM_ERR_FILE_UNWRITABLE` when it is not this user's alone. */
  ready(): void {
    try {
      fs.mkdirSync(this.path, { recursive: true, mode: 0o700 });
    } catch (cause) {
      const message = `The folder for snapshots cannot be made: ${messageOf(cause)}`;
      throw new FileError('PLIM_ERR_FILE_UNWRITABLE', message, { cause });
    }
    const why = this.#whyNotOurs();
    if (why !== undefined) throw new FileError('PLIM_ERR_FILE_UNWRITABLE', `The folder for snapshots ${why}.`);
  }

  /** A name that nobody can guess. */
  newName(at: number, pid: number): string {
    const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    return `heap-${time}-${pid}-${randomBytes(8).toString('hex')}.heapsnapshot`;
  }

  pathOf(name: string): string {
    return path.join(this.path, name);
  }

  /** How many snapshots lie in it. */
  count(): number {
    return fs.readdirSync(this.path).filter((name) => NAME.test(name)).length;
  }

  /** Opens a snapshot to be read; `undefined` when it is none of ours. The descriptor is the caller's. */
  open(name: string): { readonly fd: number; readonly bytes: number } | undefined {
    if (!NAME.test(name) || this.#whyNotOurs() !== undefined) return undefined;
    let fd: number;
    try {
      fd = fs.openSync(this.pathOf(name), fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
    } catch {
      return undefined;
    }
    const stat = fs.fstatSync(fd);
    // A second name of a file elsewhere would be one too many.
    if (stat.isFile() && stat.nlink === 1) return { fd, bytes: stat.size };
    fs.closeSync(fd);
    return undefined;
  }

  #whyNotOurs(): string | undefined {
    const stat = fs.lstatSync(this.path, { throwIfNoEntry: false });
    if (stat === undefined) return 'is not there';
    if (stat.isSymbolicLink()) return 'is a link';
    if (!stat.isDirectory()) return 'is no folder';
    const user = userId();
    if (user === null) return undefined;
    if (stat.uid !== user) return 'belongs to another user';
    return (stat.mode & 0o077) === 0 ? undefined : 'is open to other users; it should have the mode 0700';
  }
}
