/** The verdict is made in a thread of its own, so that Ctrl-C and the live line keep working meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import { isPlimsollError, messageOf } from '../../base/errors.ts';
import { type Evidence, judge, type JudgeOptions } from '../../diagnose/verdict/index.ts';
import type { LeakReport } from '../../diagnose/report/index.ts';
import { packageVersion } from '../version.ts';
import { isWatcherScript } from '../watcher-scripts.ts';

/** What beside the verdict may stand in the report. */
export type ShownParts = Required<Pick<JudgeOptions, 'withPictures' | 'showStrings'>>;

/** What the worker is given. */
export interface JudgeWork {
  readonly evidence: Evidence;
  readonly shown: ShownParts;
}

/** What the worker tells the thread that started it. */
export type JudgeMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'report'; readonly report: LeakReport }
  | { readonly kind: 'failure'; readonly message: string };

function tell(message: JudgeMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
  parentPort?.postMessage(message);
}

async function work(): Promise<void> {
  try {
    const { evidence, shown } = workerData as JudgeWork;
    const onProgress = (done: number, total: number): void => tell({ kind: 'progress', done, total });
    tell({
      kind: 'report',
      report: await judge(evidence, { version: packageVersion(), isWatcherScript, onProgress, ...shown }),
    });
  } catch (error) {
    const code = isPlimsollError(error) ? ` (${error.code})` : '';
    tell({ kind: 'failure', message: `${messageOf(error)}${code}` });
  }
}

void work();
