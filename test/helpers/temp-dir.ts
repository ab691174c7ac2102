import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Calls `use` with a new folder and removes the folder when it returns; for a promise, when that settles. */
export function withTempDir<T>(use: (dir: string) => T): T {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-test-'));
  const remove = (): void => fs.rmSync(dir, { recursive: true, force: true });
  let result: T;
  try {
    result = use(dir);
  } catch (error) {
    remove();
    throw error;
  }
  if (result instanceof Promise) return result.finally(remove) as T;
  remove();
  return result;
}

/** Writes files, by their names from `dir`, with the folders they need. */
export function writeTree(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(dir, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}
