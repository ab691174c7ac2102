import type { Evidence } from './evidence.ts';
import type { LeakReport } from './report.ts';

export interface JudgeOptions {
  /** Called while snapshots are read: bytes read of bytes in all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** Makes the verdict over one thread of a program from the evidence gathered of it. */
export async function judge(_evidence: Evidence, _options: JudgeOptions = {}): Promise<LeakReport> {
  throw new Error('in work');
}
