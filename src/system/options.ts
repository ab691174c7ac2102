import { type Clock, systemClock } from '../base/clock.ts';
import { type Logger, readLogger } from '../base/logger.ts';
import { invalidOption, readBoolean, readDuration, readFunction, readInteger, readName } from '../base/options.ts';
import { Shutdown } from '../scope/index.ts';
import { type ExposeOptions, type Exposures, readExposures } from './access/exposure.ts';
import { HostList, readHosts } from './access/host.ts';
import { readOrigins } from './access/origin.ts';
import { readTokens, TokenGuard } from './access/token.ts';
import { DumpFolder } from './actions/dump-folder.ts';
import { type CheckOptions, type CheckRun, type CheckSettings, readChecks } from './health/check-options.ts';
import { Metrics, type MetricsOptions } from './metrics/metrics.ts';
import type { DashboardPage, FiguresLike, MetricsParts, ShutdownLike, SubjectLike } from './parts.ts';

/** Durations are ms or text such as `'60s'`. */
export interface SystemOptions extends MetricsParts {
  /** Path that all endpoints are below: `'/api/system'`. @default '/' */
  readonly basePath?: string;
  /**
   * What opens the endpoints that are for those with the token: 16 to 512 letters, digits and `-._~+/`; several while one
   * takes the place of another. Without one nobody may ask for them. `createToken()` makes a good one.
   */
  readonly token?: string | readonly string[] | undefined;
  /** Names, beside this machine's own and addresses, that the API may be asked by: `['api.example.com']`. @default none */
  readonly hosts?: readonly string[];
  /** Other origins whose pages may have actions done, with the token: `['https://ops.example.com']`. @default none */
  readonly origins?: readonly string[];
  /** Who may ask for which endpoint, where it is not the default. */
  readonly expose?: ExposeOptions;
  /** Checks of what the program depends on, by name. */
  readonly checks?: Readonly<Record<string, CheckOptions | CheckRun>>;
  /** Whose readiness is ours, and at whose beginning event streams end; `false`: nobody's. @default the process's */
  readonly shutdown?: ShutdownLike | false;
  /** More with `stats()` or `status()`, shown by that name in `stats`: a load line, a watcher, a pool. */
  readonly figures?: Readonly<Record<string, FiguresLike>>;
  /**
   * Another process, for whoever watches one from outside: `stats` and `events` tell its figures. What else looks at this
   * process (`info`, `resources`, `metrics`, actions) goes on doing so, and is better off. @default this process
   */
  readonly subject?: SubjectLike;
  /** The metrics to show, or options for them. */
  readonly metrics?: Metrics | Omit<MetricsOptions, keyof MetricsParts | 'clock' | 'onError'>;
  /** The page at `dashboard`. */
  readonly dashboard?: DashboardPage;
  /** Of the program, shown in health to those who are authorised. */
  readonly version?: string;
  readonly releaseId?: string;
  /** Whether the program has started already; else it says so by `markStarted()`. @default true */
  readonly isStarted?: boolean;
  /** `every`: least time between two; `maxPause`: longest pause that may be expected. @default '60s', '1s' */
  readonly gc?: { readonly every?: number | string; readonly maxPause?: number | string };
  /** @see {@link HeapDumpOptions} */
  readonly heapdump?: HeapDumpOptions;
  /** How often a sample is sent to those who listen to `events`: 100 ms to 15 s. @default '2s' */
  readonly eventInterval?: number | string;
  /** Where the line about every action goes. @default the console */
  readonly logger?: Logger;
  /** Takes what a part threw that was handed in. @default one warning of the process for each part, `PLIM_WARN_SYSTEM_PART` */
  readonly onError?: (part: string, error: unknown) => void;
  /** Tells the time; for tests. @default the platform's clock */
  readonly clock?: Clock;
}

/** How heap snapshots are taken. */
export interface HeapDumpOptions {
  /** Where they go: a folder of this user's alone, made if it is not there. Required when `heapdump` is exposed. */
  readonly folder: string;
  /** Least time between two. @default '10m' */
  readonly every?: number | string;
  /** Longest pause that may be expected. @default '15s' */
  readonly maxPause?: number | string;
  /** Snapshots that may lie in the folder. @default 5 */
  readonly maxFiles?: number;
}

/** {@link SystemOptions}, checked, with every default in place. */
export interface SystemSettings extends Required<MetricsParts> {
  /** Without a slash at its end. */
  readonly basePath: string;
  readonly token: TokenGuard;
  readonly hosts: HostList;
  readonly origins: ReadonlySet<string>;
  readonly exposures: Exposures;
  readonly checks: ReadonlyMap<string, CheckSettings>;
  readonly shutdown: ShutdownLike | undefined;
  readonly figures: Readonly<Record<string, FiguresLike>>;
  readonly subject: SubjectLike | undefined;
  readonly metrics: Metrics;
  readonly dashboard: DashboardPage | undefined;
  readonly about: { readonly version: string | undefined; readonly releaseId: string | undefined };
  readonly isStarted: boolean;
  readonly gc: { readonly everyMs: number; readonly maxPauseMs: number };
  readonly heapdump:
    | { readonly folder: DumpFolder; readonly everyMs: number; readonly maxPauseMs: number; readonly maxFiles: number }
    | undefined;
  readonly eventIntervalMs: number;
  readonly logger: Logger;
  readonly onError: ((part: string, error: unknown) => void) | undefined;
  readonly clock: Clock;
}

const CONSOLE: Logger = {
  debug: () => {},
  warn: (_fields, message) => console.warn(message),
  error: (_fields, message) => console.error(message),
};
const GC_EVERY_MS = 60_000;
const GC_PAUSE_MS = 1_000;
const DUMP_EVERY_MS = 600_000;
const DUMP_PAUSE_MS = 15_000;
const DUMP_FILES = 5;
const EVENT_INTERVAL_MS = 2_000;
const LONGEST_EVENT_INTERVAL_MS = 15_000;

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function resolveSystemOptions(options: SystemOptions): SystemSettings {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const tokens = readTokens('token', options.token);
  const clock = options.clock ?? systemClock;
  const onError = readFunction('onError', options.onError);
  const parts = { monitor: options.monitor, sessions: options.sessions, shed: options.shed };
  const exposures = readExposures(options.expose, tokens.length > 0);
  checkParts(options, exposures);
  return Object.freeze({
    ...parts,
    basePath: readBasePath(options.basePath ?? '/'),
    token: new TokenGuard(tokens),
    hosts: new HostList(readHosts('hosts', options.hosts)),
    origins: readOrigins('origins', options.origins),
    exposures,
    checks: readChecks(options.checks),
    shutdown: options.shutdown === false ? undefined : (options.shutdown ?? Shutdown.shared()),
    figures: readParts(options.figures),
    subject: readSubject(options.subject),
    metrics: readMetrics(options.metrics, { ...parts, clock, ...(onError === undefined ? {} : { onError }) }),
    dashboard: readDashboard(options.dashboard),
    about: { version: options.version, releaseId: options.releaseId },
    isStarted: readBoolean('isStarted', options.isStarted ?? true),
    gc: {
      everyMs: readDuration('gc.every', options.gc?.every ?? GC_EVERY_MS),
      maxPauseMs: readDuration('gc.maxPause', options.gc?.maxPause ?? GC_PAUSE_MS, 1),
    },
    heapdump: readDump(options.heapdump),
    eventIntervalMs: readEventInterval(options.eventInterval ?? EVENT_INTERVAL_MS),
    logger: readLogger('logger', options.logger) ?? CONSOLE,
    onError,
    clock,
  });
}

/** What an endpoint needs must be there when it is exposed, not when it is asked for. */
function checkParts({ heapdump, sessions, expose }: SystemOptions, exposures: Exposures): void {
  const needsFolder = exposures.heapdump === 'token' || exposures.heapdumpDownload === 'token';
  if (needsFolder && heapdump === undefined) {
    throw invalidOption('heapdump', '{ folder } when `expose.heapdump` is set', heapdump);
  }
  if (expose?.close === 'token' && sessions === undefined) {
    throw invalidOption('sessions', 'a session broker when `expose.close` is set', sessions);
  }
}

function readBasePath(value: unknown): string {
  const isPath = typeof value === 'string' && /^(?:\/[\w.~-]+)*\/?$/.test(value) && !/\/\.{1,2}(?:\/|$)/.test(value);
  if (!isPath || value === '') throw invalidOption('basePath', "a path such as '/api/system'", value);
  return value.replace(/\/$/, '');
}

/** What `stats` shows of its own. */
const OWN_PARTS: ReadonlySet<string> = new Set(['time', 'process', 'caches', 'scopes', 'monitor', 'sessions', 'shed']);

function readParts(value: SystemOptions['figures']): Readonly<Record<string, FiguresLike>> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null) throw invalidOption('figures', 'an object of parts by name', value);
  for (const [name, part] of Object.entries(value as Record<string, Partial<Record<string, unknown>> | null>)) {
    if (OWN_PARTS.has(name)) throw invalidOption('figures', `named otherwise than ${[...OWN_PARTS].join(', ')}`, name);
    const isPart = typeof part?.['stats'] === 'function' || typeof part?.['status'] === 'function';
    if (!isPart) throw invalidOption(`figures.${name}`, 'an object with `stats()` or `status()`', part);
  }
  return value;
}

function readSubject(value: SubjectLike | undefined): SubjectLike | undefined {
  if (value === undefined || typeof (value as Partial<SubjectLike> | null)?.stats === 'function') return value;
  throw invalidOption('subject', 'an object with `stats()`', value);
}

function readDashboard(value: DashboardPage | undefined): DashboardPage | undefined {
  const { html, contentSecurityPolicy } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (value === undefined || (typeof html === 'string' && typeof contentSecurityPolicy === 'string')) return value;
  throw invalidOption('dashboard', 'what `plimsoll/dashboard` exports by that name', value);
}

function readDump(value: HeapDumpOptions | undefined): SystemSettings['heapdump'] {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) throw invalidOption('heapdump', 'an object with `folder`', value);
  return {
    folder: new DumpFolder(readName('heapdump.folder', value.folder)),
    everyMs: readDuration('heapdump.every', value.every ?? DUMP_EVERY_MS),
    maxPauseMs: readDuration('heapdump.maxPause', value.maxPause ?? DUMP_PAUSE_MS, 1),
    maxFiles: readInteger('heapdump.maxFiles', value.maxFiles ?? DUMP_FILES, 1, 1_000),
  };
}

function readEventInterval(value: number | string): number {
  const ms = readDuration('eventInterval', value, 100);
  if (ms > LONGEST_EVENT_INTERVAL_MS) throw invalidOption('eventInterval', 'a duration of at most 15 s', value);
  return ms;
}

function readMetrics(value: SystemOptions['metrics'], parts: MetricsOptions): Metrics {
  if (value instanceof Metrics) return value;
  if (value !== undefined && (typeof value !== 'object' || value === null)) {
    throw invalidOption('metrics', 'a `Metrics`, or options for one', value);
  }
  return new Metrics({ ...value, ...parts });
}
