/** The worker threads of a process, reached through the inspector of its main thread. */
import type { InspectorSession, Parameters } from '../inspector/session.ts';
import { isSettled } from '../inspector/waiting.ts';

/** A worker thread that was asked something. */
export interface WorkerAnswer {
  /** As the inspector calls it: `Worker 3`. */
  readonly title: string;
  /** What the expression gave; `undefined` when the worker threw, or did not answer in time. */
  readonly value: unknown;
}

/** A worker that waits for something without an event loop answers nobody. */
const ANSWER_TIMEOUT_MS = 3_000;

interface Asked {
  readonly title: string;
  readonly sessionId: string;
  value: unknown;
}

/** Evaluates an expression in every worker thread that runs by now; takes over the events of the session. */
export async function askWorkers(session: InspectorSession, expression: string): Promise<readonly WorkerAnswer[]> {
  const asked = new Map<string, Asked>();
  const unanswered = new Set<string>();
  let allAnswered: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (allAnswered = resolve));
  session.onEvent = (method, parameters) => {
    const sessionId = String(parameters['sessionId']);
    if (method === 'NodeWorker.attachedToWorker') {
      asked.set(sessionId, { title: titleOf(parameters), sessionId, value: undefined });
      unanswered.add(sessionId);
    } else if (method === 'NodeWorker.receivedMessageFromWorker') {
      const worker = asked.get(sessionId);
      if (worker !== undefined) worker.value = valueOf(parameters);
      unanswered.delete(sessionId);
    } else if (method === 'NodeWorker.detachedFromWorker') {
      asked.delete(sessionId);
      unanswered.delete(sessionId);
    }
    if (unanswered.size === 0) allAnswered();
  };
  // All that run are told of before this is answered.
  await session.send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  for (const sessionId of asked.keys()) await ask(session, sessionId, expression);
  if (unanswered.size > 0) await isSettled(answered, ANSWER_TIMEOUT_MS);
  session.onEvent = () => undefined;
  await session.send('NodeWorker.disable');
  return [...asked.values()];
}

async function ask(session: InspectorSession, sessionId: string, expression: string): Promise<void> {
  const params = { expression, returnByValue: true, silent: true };
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params });
  // It may have ended since.
  await session.send('NodeWorker.sendMessageToWorker', { sessionId, message }).catch(() => undefined);
}

function titleOf(parameters: Parameters): string {
  const info = parameters['workerInfo'] as { readonly title?: unknown } | undefined;
  return typeof info?.title === 'string' ? info.title : 'a worker';
}

function valueOf(parameters: Parameters): unknown {
  const answer = JSON.parse(String(parameters['message'])) as { result?: { result?: { value?: unknown } } };
  return answer.result?.result?.value;
}
