import fs from 'node:fs';
import path from 'node:path';
import { FileError, messageOf, systemCodeOf } from '../base/errors.ts';
import { formatBytes } from '../base/units.ts';

/** Snapshots hold every string of the program: nobody but the owner may read them. */
const PRIVATE = 0o600;

/**
 * A file that appears under its name only once it is whole. Until {@link PartialFile.commit} it has a temporary name
 * in the same folder, and goes when this process ends.
 */
export class PartialFile {
  readonly file: string;
  readonly #partial: string;
  readonly #force: boolean;
  readonly #discardAtExit = (): void => this.discard();
  #fd: number | undefined;
  #bytes = 0;

  /**
   * @throws {PLIM_ERR_FILE_UNWRITABLE} when the file exists (and `force` is not set), is a folder, or its folder is
   * missing or closed to us.
   */
  constructor(file: string, force: boolean) {
    this.file = file;
    this.#force = force;
    this.#partial = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.part`);
    try {
      this.#requireFree();
      this.#fd = fs.openSync(this.#partial, 'wx', PRIVATE);
    } catch (error) {
      throw this.#unwritable(error);
    }
    process.once('exit', this.#discardAtExit);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws {PLIM_ERR_FILE_UNWRITABLE} when the disk is full or fails; the file is gone then. */
  append(content: string | Uint8Array): void {
    if (this.#fd === undefined) return;
    try {
      const data = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
      for (let done = 0; done < data.length; ) done += fs.writeSync(this.#fd, data, done);
      this.#bytes += data.length;
    } catch (error) {
      this.discard();
      throw this.#unwritable(error);
    }
  }

  /** Gives the file its name. @throws {PLIM_ERR_FILE_UNWRITABLE} */
  commit(): void {
    if (this.#fd === undefined) return;
    try {
      fs.fsyncSync(this.#fd);
      this.#requireFree();
      fs.renameSync(this.#partial, this.file);
      this.#close();
    } catch (error) {
      this.discard();
      throw this.#unwritable(error);
    }
  }

  /** Removes what was written, unless it was committed. */
  discard(): void {
    if (this.#fd === undefined) return;
    this.#close();
    fs.rmSync(this.#partial, { force: true });
  }

  #close(): void {
    if (this.#fd !== undefined) fs.closeSync(this.#fd);
    this.#fd = undefined;
    process.off('exit', this.#discardAtExit);
  }

  #requireFree(): void {
    const there = fs.statSync(this.file, { throwIfNoEntry: false });
    if (there === undefined) return;
    if (there.isDirectory()) throw new Error('it is a folder; give a file name');
    if (!there.isFile()) throw new Error('it is no ordinary file');
    if (!this.#force) throw new Error('it exists already; give another name, or --force to replace it');
  }

  #unwritable(error: unknown): FileError {
    const why = reasonOf(error, this.file, this.#bytes);
    return new FileError('PLIM_ERR_FILE_UNWRITABLE', `Cannot write ${this.file}: ${why}.`, { cause: error });
  }
}

function reasonOf(error: unknown, file: string, bytes: number): string {
  switch (systemCodeOf(error)) {
    case 'ENOENT':
      return `the folder ${path.dirname(file)} does not exist`;
    case 'ENOTDIR':
      return `${path.dirname(file)} is no folder`;
    case 'EACCES':
    case 'EPERM':
      return `writing to ${path.dirname(file)} is not permitted`;
    case 'EROFS':
      return `${path.dirname(file)} is read-only`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full (after ${formatBytes(bytes)})`;
    case 'EFBIG':
      return `it grew past the size that is allowed here (after ${formatBytes(bytes)})`;
    default:
      return messageOf(error);
  }
}
