/** The inside of an isolated session: what runs in its worker, with a store, a scope and a budget as in any other. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { messageOf, SessionError } from '../../base/errors.ts';
import { describeValue, invalidOption } from '../../base/options.ts';
import { Cache } from '../../cache/index.ts';
import { readMemory } from '../../runtime/index.ts';
import { Scope } from '../../scope/index.ts';
import type { AlertText } from '../alert.ts';
import { Budget, type BudgetUsage } from '../budget.ts';
import { titleOf } from '../session.ts';
import { DATA_KEY, type FromWorker, type Question, type ToWorker, type WorkerStart, writeError } from './protocol.ts';

/** A session as the functions in its worker see it: all in one thread, as one that is not isolated. */
export interface WorkerSession {
  readonly id: string;
  readonly store: Cache<unknown, unknown>;
  readonly scope: Scope;
  readonly budget: Budget;
  /** Aborts when the session begins to close. */
  readonly signal: AbortSignal;
  /** What was given as `data` when it was opened. */
  readonly data: unknown;
}

/** What can be called from outside, by name. */
export type SessionHandlers = Readonly<Record<string, (session: WorkerSession, ...args: never[]) => unknown>>;

/** A message port, as far as it is used. */
export interface PortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: never) => void): unknown;
}

/**
 * Makes the module that calls it the inside of an isolated session: its functions can be called by `session.call(name)`.
 *
 * @param handlers - get the session first, then what the caller gave
 * @throws {SessionError} `PLIM_ERR_SESSION_WORKER` when this is not the worker of an isolated session
 *
 * @example
 * serveSession({ render: (session, page) => renderWith(session.store, page) });
 */
export function serveSession(handlers: SessionHandlers): WorkerSession {
  const start = (workerData as Record<string, unknown> | null)?.[DATA_KEY] as WorkerStart | undefined;
  if (isMainThread || parentPort === null || start === undefined) {
    const message = 'serveSession() is for the module of an isolated session; this thread is none.';
    throw new SessionError('PLIM_ERR_SESSION_WORKER', message);
  }
  return serveOn(parentPort as unknown as PortLike, start, handlers);
}

/** {@link serveSession} on any port. */
export function serveOn(port: PortLike, { id, settings, data }: WorkerStart, handlers: SessionHandlers): WorkerSession {
  for (const [name, handler] of Object.entries(handlers)) {
    if (typeof handler !== 'function') throw invalidOption(`handlers.${name}`, 'a function', handler);
  }
  const say = (message: FromWorker): void => port.postMessage(message);
  const session = makeSession(id, settings, data, (alert) => say({ say: 'alert', alert }));
  port.on('message', (question: ToWorker) => void answer(session, handlers, question, say));
  say({ say: 'ready' });
  return session;
}

function makeSession(
  id: string,
  { limitBytes, components, warnAt, onOver, store: storeOptions }: WorkerStart['settings'],
  data: unknown,
  alert: (alert: AlertText) => void,
): WorkerSession {
  const store = new Cache<unknown, unknown>({
    ...storeOptions,
    name: `session ${describeValue(id)}`,
    onAlert: ({ level, code, message }) => alert({ level, code, message }),
  });
  const onError = (error: unknown): void =>
    alert({ level: 'critical', code: 'PLIM_WARN_SESSION_FAILED', message: `${titleOf(id)}: ${messageOf(error)}` });
  const scope = new Scope({ name: store.name!, onError });
  const budget = new Budget({
    title: titleOf(id),
    limitBytes,
    components: components && new Map(components),
    warnAt,
    onOver,
    store,
    tell: (notice) => alert({ ...notice, code: 'PLIM_WARN_SESSION_BUDGET' }),
  });
  return { id, store, scope, budget, signal: scope.signal, data };
}

async function answer(
  session: WorkerSession,
  handlers: SessionHandlers,
  { number, ...question }: ToWorker,
  say: (message: FromWorker) => void,
): Promise<void> {
  try {
    say({ say: 'answer', number, value: await resultOf(session, handlers, question) });
  } catch (error) {
    try {
      say({ say: 'failure', number, error: writeError(error) });
    } catch {
      // It cannot be copied: its message can.
      say({ say: 'failure', number, error: { ...writeError(error), error: new Error(messageOf(error)) } });
    }
  }
}

function resultOf(session: WorkerSession, handlers: SessionHandlers, question: Question): unknown {
  const { store, budget } = session;
  switch (question.ask) {
    case 'call': {
      const { name, args } = question;
      if (!Object.hasOwn(handlers, name))
        throw invalidOption('name', `one of ${Object.keys(handlers).join(', ')}`, name);
      return handlers[name]!(session, ...(args as never[]));
    }
    case 'store': {
      const { method, args } = question;
      const result: unknown = Reflect.apply(Reflect.get(store, method) as () => unknown, store, args);
      budget.check();
      // `set` gives the store itself.
      return method === 'set' ? undefined : result;
    }
    case 'budget':
      return Reflect.apply(budget[question.method], budget, question.args);
    case 'usage':
      return usageOf(session);
    default:
      return closeAll(session, question.deadlineMs);
  }
}

async function closeAll({ scope, store }: WorkerSession, deadlineMs: number): Promise<void> {
  try {
    await scope.close({ deadline: deadlineMs });
  } finally {
    await store.close();
  }
}

function usageOf({ store, budget }: WorkerSession): object {
  budget.check();
  const { heapUsed, external } = readMemory();
  const whole: BudgetUsage = budget.whole();
  const { size: entries, bytes = 0 } = store;
  const heap = { usedBytes: heapUsed, externalBytes: external };
  return { ...whole, store: { entries, bytes }, components: budget.components(), heap };
}
