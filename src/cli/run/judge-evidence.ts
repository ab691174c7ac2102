import { Worker } from 'node:worker_threads';
import type { Evidence } from '../../diagnose/verdict/index.ts';
import type { LeakReport } from '../../diagnose/report/index.ts';
import type { JudgeMessage, JudgeWork, ShownParts } from './judge-worker.ts';

/** The report, or why there is none. */
export type JudgeOutcome = { readonly report: LeakReport } | { readonly failure: string };

/** Judges in a worker thread; never rejects. `onProgress` hears of bytes read of bytes in all. */
export async function judgeEvidence(
  evidence: Evidence,
  shown: ShownParts,
  onProgress: (done: number, total: number) => void,
): Promise<JudgeOutcome> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./judge-worker.js', import.meta.url), {
      workerData: { evidence, shown } satisfies JudgeWork,
      // The program's own settings for Node.js are not meant for us.
      env: { ...process.env, NODE_OPTIONS: '' },
      execArgv: [],
    });
    worker.on('message', (message: JudgeMessage) => {
      if (message.kind === 'progress') onProgress(message.done, message.total);
      if (message.kind === 'report') resolve({ report: message.report });
      if (message.kind === 'failure') resolve({ failure: message.message });
    });
    worker.once('error', (error) => resolve({ failure: error.message }));
    worker.once('exit', (status) => resolve({ failure: `its thread ended with status ${status}` }));
  });
}
