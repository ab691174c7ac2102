import fs from 'node:fs';
import path from 'node:path';

/** The snapshot that V8 has written for a thread near its heap limit: its newest in this folder. */
export function findNearLimitFile(folder: string, pid: number, threadId: number): string | undefined {
  const name = new RegExp(`^Heap\\.\\d+\\.\\d+\\.${pid}\\.${threadId}\\.\\d+\\.heapsnapshot$`);
  try {
    return fs
      .readdirSync(folder)
      .filter((each) => name.test(each))
      .sort()
      .map((each) => path.join(folder, each))
      .at(-1);
  } catch {
    return undefined;
  }
}
