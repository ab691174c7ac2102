import os from 'node:os';
import { STATUS } from '../status.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Interruption = { readonly signal: (typeof SIGNALS)[number] };

/**
 * Runs work that has to tidy up when the user stops it. The first Ctrl-C (or SIGTERM, SIGHUP) aborts the signal given
 * to `work`, the second ends this process at once. Gives the exit status: 0, or 128 and the number of the signal.
 */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const controller = new AbortController();
  const stop = (signal: (typeof SIGNALS)[number]): void => {
    if (controller.signal.aborted) process.exit(statusOfSignal(signal));
    controller.abort({ signal } satisfies Interruption);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await work(controller.signal);
    return STATUS.fine;
  } catch (error) {
    if (!controller.signal.aborted || error !== controller.signal.reason) throw error;
    return statusOfSignal((controller.signal.reason as Interruption).signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

function statusOfSignal(signal: (typeof SIGNALS)[number]): number {
  return STATUS.signal + os.constants.signals[signal];
}
