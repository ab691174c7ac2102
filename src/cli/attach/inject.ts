/** Puts a running process under watch: its inspector is open for that moment only. */
import type { AttachAnswer, AttachRequest } from '../../diagnose/wire.ts';
import { unreachable } from '../inspector/node-process.ts';
import type { InspectorSession } from '../inspector/session.ts';
import { type VisitOptions, visitInspector } from '../inspector/visit.ts';
import { isSettled, within } from '../inspector/waiting.ts';
import { attachExpression } from './probe-script.ts';
import { askWorkers, type WorkerAnswer } from './workers.ts';

export type InjectOptions = Omit<VisitOptions, 'ended'>;

const ANSWER_TIMEOUT_MS = 10_000;
/** How long the event loop may take to come round before we ask why it does not. */
const TURN_MS = 2_000;
const PAUSED_MS = 500;

/** What a process answers whose Node.js has no `process.getBuiltinModule`. */
type Answer = AttachAnswer | { readonly state: 'old'; readonly node: string };

/**
 * Evaluates the probe in the main thread of a process and in its workers.
 *
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE} when the main thread is not under our watch afterwards, with the reason.
 */
export async function injectProbe(request: AttachRequest, options: InjectOptions): Promise<void> {
  const { pid } = request;
  const { onNotice } = options;
  const ended = `Process ${pid} ended before it was under watch.`;
  await visitInspector(pid, { ...options, ended }, async (session) => {
    const isGoing = await comesRound(pid, session);
    const expression = attachExpression(request);
    const answer = await within(session.evaluate(expression), ANSWER_TIMEOUT_MS, blockedText(pid));
    requireAttached(pid, answer as Answer | undefined);
    if (!isGoing) onNotice(busyText(pid));
    for (const worker of await askWorkers(session, expression)) noticeOfWorker(pid, worker, onNotice);
  });
}

function blockedText(pid: number): string {
  return `Process ${pid} did not answer within ${ANSWER_TIMEOUT_MS / 1000} s: its main thread is blocked. Try again later.`;
}

function busyText(pid: number): string {
  return `The main thread of process ${pid} is busy; the watch begins when it comes back to its event loop.`;
}

/**
 * Whether the event loop comes round in short time.
 *
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE} for a process at a breakpoint: it would be watched standing still.
 */
async function comesRound(pid: number, session: InspectorSession): Promise<boolean> {
  const turn = session.send('Runtime.evaluate', {
    expression: 'new Promise((done) => { setTimeout(done, 1); })',
    awaitPromise: true,
    returnByValue: true,
    silent: true,
  });
  if (await isSettled(turn, TURN_MS)) return true;
  turn.catch(() => undefined);
  if (await isPaused(session)) {
    throw unreachable(`Process ${pid} is stopped in a debugger; let it go on first.`);
  }
  return false;
}

/** Only asked of a process that does not go on: V8 tells of all scripts that there are. */
async function isPaused(session: InspectorSession): Promise<boolean> {
  let isStopped = false;
  const paused = new Promise<void>((resolve) => {
    session.onEvent = (method) => {
      if (method !== 'Debugger.paused') return;
      isStopped = true;
      resolve();
    };
  });
  session.send('Debugger.enable').catch(() => undefined);
  await isSettled(paused, PAUSED_MS);
  session.onEvent = () => undefined;
  await isSettled(session.send('Debugger.disable'), PAUSED_MS);
  return isStopped;
}

function requireAttached(pid: number, answer: Answer | undefined): void {
  switch (answer?.state) {
    case 'attached':
      return;
    case 'watched':
      throw unreachable(`Process ${pid} is watched by Plimsoll already.`);
    case 'unborn':
      throw unreachable(`Process ${pid} has not begun yet: it waits for a debugger (--inspect-brk).`);
    case 'foreign':
      throw unreachable(`The inspector that was reached is that of process ${answer.pid}, not of ${pid}.`);
    case 'old':
      throw unreachable(`Process ${pid} runs Node.js ${answer.node}; attach needs 20.16 or later.`);
    case 'unwritable':
      throw unreachable(`Process ${pid} cannot write to ${answer.reason}.`);
    case 'failed':
      throw unreachable(`Process ${pid} did not take up the watch: ${answer.reason}`);
    default:
      throw unreachable(`Process ${pid} did not say whether it took up the watch; it may be no ordinary Node.js.`);
  }
}

function noticeOfWorker(pid: number, { title, value }: WorkerAnswer, onNotice: InjectOptions['onNotice']): void {
  if ((value as Answer | undefined)?.state === 'attached') return;
  onNotice(`${title} of process ${pid} is not watched: it did not answer.`);
}
