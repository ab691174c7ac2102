/** The parts of a guard: made, started, or taken as they are, and how each ends. */
import { invalidOption } from '../base/options.ts';
import type { Logger } from '../base/logger.ts';
import { LoadLine, type LoadLineOptions, Monitor, type MonitorOptions, Shedder } from '../monitor/index.ts';
import { Shutdown, type ShutdownOptions } from '../scope/index.ts';
import { SystemApi, type SystemOptions } from '../system/index.ts';
import type { GuardWishes, Wish } from './options.ts';
import { type Owned, Shared } from './shared.ts';

/** What a guard consists of; `undefined` is what was switched off. */
export interface GuardParts {
  readonly monitor: Monitor | undefined;
  readonly loadLine: LoadLine | undefined;
  readonly shedder: Shedder | undefined;
  /** That of the process in any case; with `shutdown: false` it has asked for no signal. */
  readonly shutdown: Shutdown;
  readonly system: SystemApi | undefined;
}

/** How the parts end. */
export interface GuardEnds {
  /** Of what watches and answers: the newest first. */
  readonly parts: (() => void)[];
  /** Of the signals. */
  readonly shutdown: () => void;
}

/** Shedding goes by these figures, so they have to be fresh. */
const INTERVAL = '5s';
const BASE_PATH = '/api/system';

const monitors = new Shared<Monitor>();
const loadLines = new Shared<LoadLine>();
const shutdowns = new Shared<Shutdown>();
/** A monitor shows the figures of one shedder. */
const shedders = new WeakMap<Monitor, Shedder>();

/** Makes the parts; what was made is ended again when another one is refused. */
export function makeParts(wishes: GuardWishes): { readonly parts: GuardParts; readonly ends: GuardEnds } {
  const undo: (() => void)[] = [];
  const keep = <T>({ part, end }: Owned<T>): T => {
    undo.unshift(end);
    return part;
  };
  try {
    const shutdown = makeShutdown(wishes);
    undo.unshift(shutdown.end);
    const monitor = wishes.monitor.kind === 'off' ? undefined : keep(makeMonitor(wishes.monitor, wishes.logger));
    const loadLine = wishes.loadLine.kind === 'off' ? undefined : keep(makeLoadLine(wishes.loadLine, wishes.logger));
    const shedder = makeShedder(wishes.shed, monitor);
    const known = { monitor, loadLine, shedder, shutdown: shutdown.part };
    const system = wishes.system.kind === 'off' ? undefined : keep(makeSystem(wishes, known));
    const parts = undo.filter((end) => end !== shutdown.end);
    return { parts: { ...known, system }, ends: { parts, shutdown: shutdown.end } };
  } catch (error) {
    for (const end of undo) end();
    throw error;
  }
}

type On<Part, Options> = Exclude<Wish<Part, Options>, { readonly kind: 'off' }>;

const NOT_OURS = (): void => {};

function makeMonitor(wish: On<Monitor, MonitorOptions>, logger: Logger | undefined): Owned<Monitor> {
  if (wish.kind === 'ready') return startedHere(wish.part, wish.part.isRunning);
  const make = (): Owned<Monitor> =>
    startedHere(new Monitor({ interval: INTERVAL, ...withLogger(logger), ...wish.options }), false);
  return monitors.take(make, wish.isSpecial);
}

function makeLoadLine(wish: On<LoadLine, LoadLineOptions>, logger: Logger | undefined): Owned<LoadLine> {
  if (wish.kind === 'ready') return startedHere(wish.part, wish.part.status().isRunning);
  const make = (): Owned<LoadLine> => startedHere(new LoadLine({ ...withLogger(logger), ...wish.options }), false);
  return loadLines.take(make, wish.isSpecial);
}

/** Starts what does not run yet; only that is ours to stop. */
function startedHere<T extends { start(): unknown; stop(): void }>(part: T, isRunning: boolean): Owned<T> {
  if (isRunning) return { part, end: NOT_OURS };
  part.start();
  return { part, end: () => part.stop() };
}

function makeShedder(wish: GuardWishes['shed'], monitor: Monitor | undefined): Shedder | undefined {
  if (wish.kind === 'off' || monitor === undefined) return undefined;
  if (wish.kind === 'ready') return wish.part;
  const known = shedders.get(monitor);
  if (known !== undefined && !wish.isSpecial) return known;
  // A program that computes much is slow and not ill: its loop's delay is no reason to refuse work unless it is asked for.
  const shedder = new Shedder(monitor, { ...wish.options, ramps: { loopDelay: false, ...wish.options.ramps } });
  shedders.set(monitor, shedder);
  return shedder;
}

function makeShutdown({ shutdown: wish, logger }: GuardWishes): Owned<Shutdown> {
  if (wish.kind === 'ready') return { part: wish.part, end: NOT_OURS };
  const owned = (part: Shutdown): Owned<Shutdown> => ({ part, end: () => part.dispose() });
  if (wish.kind === 'off') return owned(Shutdown.shared());
  const log: ShutdownOptions = logger === undefined ? {} : { log: logTo(logger) };
  return shutdowns.take(() => owned(new Shutdown({ ...log, ...wish.options })), wish.isSpecial);
}

function logTo(logger: Logger): NonNullable<ShutdownOptions['log']> {
  const methods = { ok: 'debug', warning: 'warn', critical: 'error' } as const;
  return (text, level) => logger[methods[level]]({ level }, text);
}

function makeSystem(
  { system: wish, dashboard, logger }: GuardWishes,
  { monitor, loadLine, shedder, shutdown }: Omit<GuardParts, 'system'>,
): Owned<SystemApi> {
  if (wish.kind === 'ready') return { part: wish.part, end: NOT_OURS };
  if (wish.kind === 'off') throw invalidOption('system', 'on', false);
  const { options } = wish;
  const part = new SystemApi({
    basePath: BASE_PATH,
    ...withLogger(logger),
    ...(dashboard === undefined ? {} : { dashboard }),
    monitor,
    shed: shedder,
    shutdown,
    ...options,
    expose: { ...exposureOf(options.token), ...options.expose },
    figures: { ...(loadLine === undefined ? {} : { loadLine }), ...options.figures },
  });
  return { part, end: () => part.close() };
}

/**
 * On a server that the public reaches only the probes are open. What is for this machine alone elsewhere needs the token as well: a proxy
 * beside the program is on this machine too.
 */
function exposureOf(token: SystemOptions['token']): NonNullable<SystemOptions['expose']> {
  const isOpen = token !== undefined && token.length > 0;
  return { health: 'token', metrics: 'token', dashboard: isOpen ? 'open' : 'off' };
}

function withLogger(logger: Logger | undefined): { readonly logger?: Logger } {
  return logger === undefined ? {} : { logger };
}
