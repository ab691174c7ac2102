/** `plimsoll run`: a program under watch, from its start to the verdict. */
import { formatDuration } from '../../base/units.ts';
import type { ServedDashboard } from '../dashboard/serve-dashboard.ts';
import { showDashboard } from '../dashboard/show-dashboard.ts';
import { giveReport, prepareOutputs, wantsPictures } from '../report/give.ts';
import { STATUS } from '../status.ts';
import { type Child, startChild, statusOfEnd } from './child.ts';
import { Ending, GRACE_MS } from './ending.ts';
import { type RunOptions, settingsOf } from './options.ts';
import type { Program } from './program.ts';
import { SessionFolder, watchedEnvironment } from './session.ts';
import { takeSignals } from './signals.ts';
import { makeJudgement } from './verdict.ts';
import { prepareWatching, type Watching } from './watching.ts';

const NARRATION_MS = 500;
/** How long processes may take that end because the program has ended, ms. */
const OTHERS_END_MS = 300;

/** Everything that one run works with. */
interface Run extends Watching {
  readonly program: Program;
  readonly options: RunOptions;
  readonly child: Child;
  readonly ending: Ending;
  readonly dashboard: ServedDashboard | undefined;
}

/**
 * Runs `program` under watch and says what its memory did.
 *
 * @returns the exit status for this process
 * @throws {ProgramError} when the program cannot be started, {@link FileError} when an output cannot be written;
 * nothing was started then
 */
export async function runProgram(program: Program, options: RunOptions): Promise<number> {
  const outDir = prepareOutputs(options.report);
  const session = new SessionFolder();
  try {
    return await watchProgram(program, options, session.dir, outDir ?? session.evidenceFolder());
  } finally {
    session.dispose();
  }
}

async function watchProgram(
  program: Program,
  options: RunOptions,
  sessionDir: string,
  evidenceDir: string,
): Promise<number> {
  const run = await startRun(program, options, sessionDir, evidenceDir);
  const giveSignalsBack = takeSignals({
    onFirst: (signal, deliver) => endAsAsked(run, signal, deliver),
    onAgain: (status) => endAtOnce(run, status),
    onOther: (signal) => run.child.signal(signal),
  });
  const onFailure = (error: unknown): void => run.watch.giveUp(error);
  process.on('uncaughtException', onFailure);
  try {
    const status = await followProgram(run);
    return await giveVerdict(run, status);
  } finally {
    await run.terminal.flush();
    process.off('uncaughtException', onFailure);
    giveSignalsBack();
    await run.dashboard?.close();
  }
}

async function startRun(program: Program, options: RunOptions, sessionDir: string, evidenceDir: string): Promise<Run> {
  const watching = prepareWatching(options, sessionDir);
  const { narrator, watch } = watching;
  const settings = settingsOf(options, evidenceDir);
  const child = await startChild(program, watchedEnvironment(process.env, sessionDir, settings));
  const dashboard = options.hasDashboard ? await showDashboard(program.label, watching) : undefined;
  const ending = new Ending(child, watch, (signal) =>
    narrator.announce(`the program did not end within ${formatDuration(GRACE_MS)} of ${signal} and is killed`),
  );
  return { ...watching, program, options, child, ending, dashboard };
}

/** Watches until the program has ended; the status is the program's own, or 0 when it was ended by us. */
async function followProgram(run: Run): Promise<number> {
  const { narrator, watch, child, ending, options } = run;
  narrator.begin(run.program.label, endText(options));
  watch.start();
  const narration = setInterval(() => narrator.tick(watch.threads), NARRATION_MS);
  const planned = endAsPlanned(run);
  let end: Awaited<typeof child.ended>;
  try {
    end = await child.ended;
    run.drive?.stop();
    await ending.settle();
    await letOthersFinish(run);
  } finally {
    clearInterval(narration);
    watch.stop();
  }
  // Its waits were ended with the watch.
  const isEndedByUs = await planned;
  narrator.programEnded();
  return isEndedByUs ? STATUS.fine : statusOfEnd(end);
}

/** Workers of a cluster end just after their parent, and may be writing the very snapshot that tells most. */
async function letOthersFinish({ watch, options }: Run): Promise<void> {
  if (await watch.until(() => watch.living.length === 0, OTHERS_END_MS)) return;
  await watch.until(() => !watch.isSnapshotPending, options.maxPauseMs);
}

function endText(options: RunOptions): string {
  if (options.drive !== undefined) {
    return `it is ended after ${options.drive.warmup} + ${options.drive.rounds} rounds of load`;
  }
  if (options.durationMs !== undefined) return `it is ended after ${formatDuration(options.durationMs)}`;
  return 'the verdict comes when it ends, or with Ctrl-C';
}

/** Ends the program when its time or the load is over and a last snapshot is taken; `false` when it ended before. */
async function endAsPlanned({ options, watch, drive, child, ending }: Run): Promise<boolean> {
  const isOver = (): boolean => child.hasEnded || ending.hasBegun;
  const timeIsUp = watch.until(isOver, options.durationMs ?? Number.POSITIVE_INFINITY);
  const isDriven = drive !== undefined && (await Promise.race([timeIsUp.then(() => false), drive.run()]));
  if (drive === undefined) await timeIsUp;
  if (isOver()) return false;
  drive?.stop();
  watch.stopOrdering();
  if (!isDriven) await watch.snapshotNow();
  watch.wantNoMore();
  if (isOver()) return false;
  ending.begin('SIGTERM', true);
  return true;
}

function endAsAsked(run: Run, signal: NodeJS.Signals, deliver: boolean): void {
  run.drive?.stop();
  if (run.child.hasEnded) {
    run.narrator.announce('the program has ended; the verdict is being made, the next signal leaves without it');
  } else run.ending.begin(signal, deliver);
}

function endAtOnce(run: Run, status: number): void {
  run.drive?.stop();
  run.ending.force();
  run.terminal.clearLive();
  // The folder of this run is removed by its handler of `exit`.
  process.exit(status);
}

async function giveVerdict(run: Run, programStatus: number): Promise<number> {
  const { options, terminal, narrator } = run;
  const argv = [run.program.command, ...run.program.args];
  const subject = { pid: run.child.pid, argv, end: await run.child.ended };
  const { report, hasFailed } = await makeJudgement(subject, run.watch, narrator, {
    withPictures: wantsPictures(options.report),
    showStrings: options.report.showStrings,
  });
  const status = giveReport(report, options.report, { terminal, env: process.env });
  await run.dashboard?.conclude(report);
  if (programStatus !== STATUS.fine) return programStatus;
  return hasFailed ? STATUS.failure : status;
}
