import type { Logger } from '../base/logger.ts';
import { readLogger } from '../base/logger.ts';
import { invalidOption } from '../base/options.ts';
import type { LoadLine, LoadLineOptions, Monitor, MonitorOptions, Shedder, ShedderOptions } from '../monitor/index.ts';
import type { ServerPartOptions, Shutdown, ShutdownOptions } from '../scope/index.ts';
import type { DashboardPage, SystemApi, SystemOptions } from '../system/index.ts';

/**
 * What a guard is made of. Each part is its own options, or the part itself, made by you; `false` leaves it out. A part of yours is
 * started if it does not run, and then stopped with the guard; one that runs already is left running.
 */
export interface GuardOptions {
  /** Watches memory and tells before a limit is reached. @default a monitor that reads the process every 5 s */
  readonly monitor?: Monitor | MonitorOptions | false;
  /** Has caches give memory back before it runs out. @default a load line with default options */
  readonly loadLine?: LoadLine | LoadLineOptions | false;
  /** Refuses requests with 503 while memory is short; needs the monitor. @default by heap and container, not by the loop's delay */
  readonly shed?: Shedder | ShedderOptions | false;
  /** Ends the process in good order on SIGTERM and SIGINT; `false`: takes part in whichever the program makes. @default default options */
  readonly shutdown?: Shutdown | ShutdownOptions | false;
  /** How the server is drained when the process ends; `false`: it is not. @default default options */
  readonly drain?: Omit<ServerPartOptions, 'clock'> | false;
  /**
   * Health, figures and actions over HTTP on the same server. Nothing but the probes is open without a token.
   * @default at `/api/system`
   */
  readonly system?: SystemApi | SystemOptions | false;
  /** The page at `/api/system/dashboard`; it is there once there is a token. @default none */
  readonly dashboard?: DashboardPage;
  /** Where monitor, load line, shutdown and system API log, unless their own options say otherwise. @default each its own */
  readonly logger?: Logger;
}

/** A part as it was asked for. */
export type Wish<Part, Options> =
  | { readonly kind: 'off' }
  | { readonly kind: 'ready'; readonly part: Part }
  | { readonly kind: 'make'; readonly options: Options; readonly isSpecial: boolean };

/** {@link GuardOptions}, sorted by what is to be done. */
export interface GuardWishes {
  readonly monitor: Wish<Monitor, MonitorOptions>;
  readonly loadLine: Wish<LoadLine, LoadLineOptions>;
  readonly shed: Wish<Shedder, ShedderOptions>;
  readonly shutdown: Wish<Shutdown, ShutdownOptions>;
  readonly drain: ServerPartOptions | false;
  readonly system: Wish<SystemApi, SystemOptions>;
  readonly dashboard: DashboardPage | undefined;
  readonly logger: Logger | undefined;
}

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function readWishes(options: GuardOptions): GuardWishes {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const { dashboard, drain = {} } = options;
  const wishes: GuardWishes = {
    monitor: readWish<Monitor, MonitorOptions>('monitor', options.monitor, ['status', 'load']),
    loadLine: readWish<LoadLine, LoadLineOptions>('loadLine', options.loadLine, ['relieve']),
    shed: readWish<Shedder, ShedderOptions>('shed', options.shed, ['refuse']),
    shutdown: readWish<Shutdown, ShutdownOptions>('shutdown', options.shutdown, ['begin']),
    drain,
    system: readWish<SystemApi, SystemOptions>('system', options.system, ['handle', 'owns']),
    dashboard,
    logger: readLogger('logger', options.logger),
  };
  if (drain !== false && (typeof drain !== 'object' || drain === null)) {
    throw invalidOption('drain', 'options of a drain, or false', drain);
  }
  checkTogether(wishes, options);
  return wishes;
}

/** Parts that need another one. */
function checkTogether({ monitor, system, dashboard }: GuardWishes, { shed }: GuardOptions): void {
  if (monitor.kind === 'off' && typeof shed === 'object') {
    throw invalidOption('monitor', 'on when `shed` is given: requests are refused by its figures', false);
  }
  if (dashboard === undefined) return;
  const hasPage = typeof dashboard?.html === 'string' && typeof dashboard.contentSecurityPolicy === 'string';
  if (!hasPage) throw invalidOption('dashboard', 'a page with `html` and `contentSecurityPolicy`', dashboard);
  if (system.kind === 'make') return;
  const rule = 'left out when `system` is off or made already: hand it to the `SystemApi`';
  throw invalidOption('dashboard', rule, dashboard);
}

/** A part, told from its options by members that only the part has; of whichever copy of the package. */
function readWish<Part extends object, Options extends object>(
  name: string,
  value: Part | Options | false | undefined,
  members: readonly string[],
): Wish<Part, Options> {
  if (value === false) return { kind: 'off' };
  if (value === undefined) return { kind: 'make', options: {} as Options, isSpecial: false };
  if (typeof value !== 'object' || value === null) {
    throw invalidOption(name, 'options for that part, the part itself, or false', value);
  }
  const isPart = members.every((member) => typeof (value as Record<string, unknown>)[member] === 'function');
  if (isPart) return { kind: 'ready', part: value as Part };
  return { kind: 'make', options: value as Options, isSpecial: Object.keys(value).length > 0 };
}
