import fs from 'node:fs';
import path from 'node:path';

/** Bytes of `file` so far, under its own or its temporary name; 0 when there is neither. */
export function fileSize(file: string): number {
  const sizes = filesBeginningWith(file).map((name) => fs.statSync(name, { throwIfNoEntry: false })?.size ?? 0);
  return Math.max(0, ...sizes);
}

/** `file` itself and whatever temporary name its writer gave it. */
export function filesBeginningWith(file: string): string[] {
  const folder = path.dirname(file);
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => name.startsWith(path.basename(file)))
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}
