import { type ErrorCode, FileError, messageOf, SnapshotFormatError } from '../../base/errors.ts';

/** Options of `openSnapshot`. */
export interface OpenOptions {
  /** Ends the reading; the promise is rejected with `signal.reason`. */
  readonly signal?: AbortSignal;
  /** Called after each part read, about every 4 MiB: bytes read of bytes in all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** An open file, as far as it is needed here. */
export interface ByteSource {
  read(into: Uint8Array, at: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
}

/** A window that slides over a file from its start to its end. */
export class ByteReader {
  readonly file: string;
  /** Size of the file when it was opened. */
  readonly fileBytes: number;
  /** The window; the bytes from `at` up to `end` are still to be used. */
  readonly bytes: Uint8Array;
  at = 0;
  end = 0;
  readonly #source: ByteSource;
  readonly #options: OpenOptions;
  /** File offset of `bytes[end]`. */
  #next = 0;

  constructor(source: ByteSource, file: string, fileBytes: number, window: Uint8Array, options: OpenOptions) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.bytes = window;
    this.#source = source;
    this.#options = options;
  }

  /** File offset of the next byte to be used. */
  get offset(): number {
    return this.#next - this.end + this.at;
  }

  /** Moves the unused bytes to the front and reads more behind them; `false` when the file has no more. */
  async fill(): Promise<boolean> {
    this.bytes.copyWithin(0, this.at, this.end);
    this.end -= this.at;
    this.at = 0;
    const room = this.bytes.length - this.end;
    if (room === 0) throw this.damaged(`a token of more than ${this.bytes.length} bytes`);
    const got = await this.#read(room);
    this.end += got;
    this.#next += got;
    this.#options.onProgress?.(Math.min(this.#next, this.fileBytes), this.fileBytes);
    this.#options.signal?.throwIfAborted();
    return got > 0;
  }

  /** The error for a file that is no snapshot, or is damaged at the next byte (or at `offset`). */
  damaged(what: string, offset: number = this.offset): SnapshotFormatError {
    return this.#error('PLIM_ERR_SNAPSHOT_FORMAT', what, offset);
  }

  /** The error for a file that ends too early. */
  truncated(what: string = `a file that ends at byte ${this.#next}`): SnapshotFormatError {
    return this.#error('PLIM_ERR_SNAPSHOT_TRUNCATED', what, this.#next);
  }

  #error(code: ErrorCode, what: string, offset: number): SnapshotFormatError {
    return new SnapshotFormatError(code, `Expected a V8 heap snapshot in \`${this.file}\`, got ${what}.`, offset);
  }

  async #read(room: number): Promise<number> {
    try {
      const { bytesRead } = await this.#source.read(this.bytes, this.end, room, this.#next);
      return bytesRead;
    } catch (cause) {
      throw unreadableFile(this.file, cause);
    }
  }
}

/** The error for a file that the system does not let us read. */
export function unreadableFile(file: string, cause: unknown): FileError {
  return new FileError('PLIM_ERR_FILE_UNREADABLE', `Could not read \`${file}\`: ${messageOf(cause)}.`, { cause });
}
