import path from 'node:path';
import { SnapshotError } from '../../base/errors.ts';
import { formatBytes, formatDuration } from '../../base/units.ts';
import { estimateSnapshot, freeDisk, memoryRoom, type SnapshotRoom, whyRefused } from '../../runtime/index.ts';
import { takeSnapshotOf } from '../inspector/take.ts';
import type { TargetFigures } from '../inspector/target.ts';
import type { Terminal } from '../terminal.ts';
import { untilInterrupted } from './interrupt.ts';
import { printResult } from './print.ts';
import { Progress } from './progress.ts';

export interface TakeCommandOptions {
  readonly pid: number;
  readonly file: string;
  readonly force: boolean;
  readonly maxPauseMs: number;
}

/** `plimsoll snapshot --pid PID --out FILE`. Gives the exit status. */
export async function takeAndTell(options: TakeCommandOptions, terminal: Terminal): Promise<number> {
  const { pid, file } = options;
  const progress = new Progress(terminal);
  return await untilInterrupted(async (signal) => {
    signal.addEventListener('abort', () => terminal.clearLive(), { once: true });
    try {
      const taken = await takeSnapshotOf(pid, {
        file,
        force: options.force,
        signal,
        preflight: (figures) => announce(options, figures, terminal),
        onProgress: ({ stage, done, total }) => {
          if (stage === 'building') progress.show(`Process ${pid} walks its heap`, done, total, 'share');
          else progress.show(`Writing ${path.basename(file)}`, done, total, 'bytes');
        },
        onNotice: (text) => terminal.say(`plimsoll: ${text}`),
      });
      await progress.end();
      const pause = formatDuration(taken.pauseMs);
      await printResult(`${file}: ${formatBytes(taken.fileBytes)}; process ${pid} stood still for ${pause}.`);
    } catch (error) {
      if (signal.aborted) terminal.say('plimsoll: interrupted; nothing was written.');
      throw error;
    } finally {
      await progress.end();
    }
  });
}

/** Says what is about to happen, or refuses. Gives the expected size of the file, bytes. */
function announce(options: TakeCommandOptions, figures: TargetFigures, terminal: Terminal): number {
  const { pid, file, maxPauseMs } = options;
  const room: SnapshotRoom = {
    memory: memoryRoom(pid),
    diskBytes: freeDisk(path.dirname(path.resolve(file))),
    maxPauseMs,
  };
  const cost = estimateSnapshot(figures.heapUsed);
  const refusal = whyRefused(cost, room);
  if (refusal !== null) {
    const isPauseAlone = whyRefused(cost, { ...room, maxPauseMs: Number.POSITIVE_INFINITY }) === null;
    throw new SnapshotError(
      'PLIM_ERR_SNAPSHOT_REFUSED',
      `No snapshot of process ${pid} was taken, its heap is ${formatBytes(figures.heapUsed)}. ${refusal}` +
        (isPauseAlone ? ' A longer --max-pause allows it.' : ''),
    );
  }
  terminal.say(
    `plimsoll: process ${pid} (Node.js ${figures.node}, heap ${formatBytes(figures.heapUsed)}) stops for about ` +
      `${formatDuration(cost.pauseMs)} and takes about ${formatBytes(cost.memoryBytes)} more memory meanwhile.`,
  );
  return cost.fileBytes;
}
