/** `plimsoll attach`: a process that was started without us, from now on to the verdict. */
import { messageOf } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import { wantsExitSnapshot } from '../../diagnose/schedule.ts';
import type { ServedDashboard } from '../dashboard/serve-dashboard.ts';
import { showDashboard } from '../dashboard/show-dashboard.ts';
import { isAlive } from '../inspector/proc.ts';
import { giveReport, prepareOutputs, wantsPictures } from '../report/give.ts';
import { planOf, type RunOptions, settingsOf } from '../run/options.ts';
import { SessionFolder } from '../run/session.ts';
import { takeSignals } from '../run/signals.ts';
import { makeJudgement } from '../run/verdict.ts';
import type { Watch } from '../run/watch.ts';
import { prepareWatching, type Watching } from '../run/watching.ts';
import { STATUS } from '../status.ts';
import { commandLineOf, requireAttachable, shareFolder } from './attachable.ts';
import { watchFamily } from './family.ts';

const NARRATION_MS = 500;
/** How long threads may take to let go of the watch; one that computes does not hear of it before. */
const DETACH_MS = 3_000;

/** Everything that one watch works with. */
interface Attachment extends Watching {
  readonly pid: number;
  readonly options: RunOptions;
  /** Aborted by the first Ctrl-C. */
  readonly interruption: AbortController;
}

/** What ended a watch before it had begun. */
interface Interrupted {
  readonly status: number;
}

/**
 * Watches a running process and says what its memory does; the process goes on as it was.
 *
 * @returns the exit status for this process
 * @throws {ProgramError} `PLIM_ERR_PROCESS_UNREACHABLE` when it cannot be watched, {@link FileError} when an output
 * cannot be written; the process is as it was then
 */
export async function attachTo(pid: number, options: RunOptions): Promise<number> {
  requireAttachable(pid);
  const outDir = prepareOutputs(options.report);
  const session = new SessionFolder();
  try {
    const evidenceDir = outDir ?? session.evidenceFolder();
    for (const folder of new Set([session.dir, evidenceDir])) shareFolder(pid, folder, folder !== outDir);
    const watching = prepareWatching(options, session.dir);
    const attachment = { ...watching, pid, options, interruption: new AbortController() };
    return await watchProcess(attachment, session.dir, evidenceDir);
  } finally {
    session.dispose();
  }
}

async function watchProcess(attachment: Attachment, sessionDir: string, evidenceDir: string): Promise<number> {
  const { pid, options, terminal, watch, interruption } = attachment;
  const giveSignalsBack = takeSignals({
    onFirst: (signal) => endAsAsked(attachment, signal),
    onAgain: (status) => endAtOnce(attachment, status),
    // Nothing of ours, and no business of the process's: it is no child of ours.
    onOther: () => undefined,
  });
  const onFailure = (error: unknown): void => watch.giveUp(error);
  process.on('uncaughtException', onFailure);
  let dashboard: ServedDashboard | undefined;
  try {
    watch.start();
    const settings = settingsOf(options, evidenceDir);
    const argv = commandLineOf(pid);
    const onNotice = (text: string): void => terminal.say(`plimsoll: ${text}`);
    const signal = interruption.signal;
    await watchFamily({ pid, session: sessionDir, settings }, { signal, onNotice });
    if (options.hasDashboard) dashboard = await showDashboard(titleOf(pid, argv), attachment);
    await followProcess(attachment, argv);
    return await giveVerdict(attachment, argv, dashboard);
  } catch (error) {
    if (!interruption.signal.aborted || error !== interruption.signal.reason) throw error;
    terminal.say('plimsoll: interrupted before the watch began.');
    return (error as Interrupted).status;
  } finally {
    await dashboard?.close();
    watch.stop();
    await terminal.flush();
    process.off('uncaughtException', onFailure);
    giveSignalsBack();
  }
}

/** Watches until the time is up, the load is over, the user has seen enough or the process ends. */
async function followProcess(attachment: Attachment, argv: readonly string[]): Promise<void> {
  const { pid, narrator, watch, drive, options, interruption } = attachment;
  narrator.begin(titleOf(pid, argv), endText(options));
  const narration = setInterval(() => narrator.tick(watch.threads), NARRATION_MS);
  try {
    const isOver = (): boolean => interruption.signal.aborted || !isAlive(pid);
    const timeIsUp = watch.until(isOver, options.durationMs ?? Number.POSITIVE_INFINITY);
    const isDriven = drive !== undefined && (await Promise.race([timeIsUp.then(() => false), drive.run()]));
    if (drive === undefined) await timeIsUp;
    drive?.stop();
    watch.stopOrdering();
    if (!isDriven) await takeLastLook(attachment);
    await detach(attachment);
    noteEnd(attachment);
  } finally {
    clearInterval(narration);
    watch.stop();
    narrator.programEnded();
  }
}

function titleOf(pid: number, argv: readonly string[]): string {
  return `process ${pid} (${argv.join(' ')})`;
}

function endText(options: RunOptions): string {
  if (options.drive !== undefined) {
    return `the watch ends after ${options.drive.warmup} + ${options.drive.rounds} rounds of load`;
  }
  if (options.durationMs !== undefined) return `the watch ends after ${formatDuration(options.durationMs)}`;
  return 'the verdict comes with Ctrl-C, or when it ends';
}

/** A last snapshot, where there is one to compare it with; where none may be taken, a last profile. */
async function takeLastLook({ watch, options }: Attachment): Promise<void> {
  const plan = planOf(options);
  const isWorthIt = plan.count === 'never' || watch.living.some((thread) => wantsExitSnapshot(plan, thread.attempts));
  if (isWorthIt) await watch.snapshotNow();
}

/** Has every thread let go of the watch. One that does not hear it now lets go by itself once we are gone. */
async function detach({ watch, terminal }: Attachment): Promise<void> {
  orderDetach(watch);
  const isDone = (): boolean => watch.living.length === 0;
  if (await watch.until(isDone, DETACH_MS)) return;
  const names = watch.living.map((thread) => `process ${thread.name}`).join(', ');
  terminal.say(`plimsoll: ${names} is busy and lets go of the watch when it comes back to its event loop.`);
}

function orderDetach(watch: Watch): void {
  for (const thread of watch.living) thread.order('detach');
}

function noteEnd({ pid, watch }: Attachment): void {
  if (!isAlive(pid)) watch.warn('PLIM_WARN_WATCH_LOST', `Process ${pid} ended while it was watched.`);
}

function endAsAsked({ narrator, interruption, drive, watch }: Attachment, signal: NodeJS.Signals): void {
  drive?.stop();
  const hasBegun = watch.threads.length > 0;
  if (hasBegun) narrator.announce(`${signal}: the watch ends, the process goes on`);
  interruption.abort({ status: STATUS.signal + (signal === 'SIGINT' ? 2 : 15) } satisfies Interrupted);
}

function endAtOnce({ drive, watch, terminal }: Attachment, status: number): void {
  drive?.stop();
  try {
    orderDetach(watch);
  } catch (error) {
    terminal.say(`plimsoll: ${messageOf(error)}`);
  }
  terminal.clearLive();
  // The folder of this watch is removed by its handler of `exit`; the process sees it gone and lets go.
  process.exit(status);
}

async function giveVerdict(
  attachment: Attachment,
  argv: readonly string[],
  dashboard: ServedDashboard | undefined,
): Promise<number> {
  const { pid, options, terminal, narrator, watch } = attachment;
  const { report, hasFailed } = await makeJudgement({ pid, argv, end: undefined }, watch, narrator, {
    withPictures: wantsPictures(options.report),
    showStrings: options.report.showStrings,
  });
  const status = giveReport(report, options.report, { terminal, env: process.env });
  await dashboard?.conclude(report);
  return hasFailed ? STATUS.failure : status;
}
