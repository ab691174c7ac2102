import os from 'node:os';
import path from 'node:path';

let made = 0;

/** A name that no file has yet, in `folder` or the system's folder for temporary files. */
export function temporaryName(ending: string, folder: string = os.tmpdir()): string {
  const parts = ['plimsoll', process.pid, Date.now().toString(36), Math.random().toString(36).slice(2), ++made];
  // Joined, as the text of a template is no text in a heap snapshot, but a tree of its parts.
  return path.join(folder, parts.join('-') + ending);
}
