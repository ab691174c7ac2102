import { files } from './originals.ts';

/** Reads small text files; `null` when the file cannot be read. Passed in where tests bring their own files. */
export type ReadText = (path: string) => string | null;

/** The text of a file, `null` when it cannot be read; also reads files of /proc and /sys, which claim to be empty. */
export function readText(path: string): string | null {
  let fd: number;
  try {
    fd = files.openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.allocUnsafe(8192);
      const length = files.readSync(fd, chunk, 0, chunk.length, null);
      if (length === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, length));
    }
  } catch {
    return null;
  } finally {
    files.closeSync(fd);
  }
}

/** Writes all of `text`, in one call unless the system cuts it. `flags`: `'a'` appends, `'w'` replaces. */
export function writeText(path: string, text: string, flags: 'a' | 'w'): void {
  const bytes = Buffer.from(text, 'utf8');
  const fd = files.openSync(path, flags);
  try {
    for (let done = 0; done < bytes.length; ) done += files.writeSync(fd, bytes, done, bytes.length - done);
  } finally {
    files.closeSync(fd);
  }
}
