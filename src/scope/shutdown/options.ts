import { constants } from 'node:os';
import { invalidOption, readChoice, readDuration } from '../../base/options.ts';
import { formatDuration } from '../../base/units.ts';
import { warn } from '../../base/warnings.ts';

/** How a process ends after a clean shutdown; after an error or the deadline its status is 1. */
export const EXITS = ['signal', 'zero', 'code', 'none'] as const;

export type ExitPolicy = (typeof EXITS)[number];

/** Signals that may start a shutdown. SIGUSR1 opens Node's inspector; the others cannot be caught or mean a crash. */
export const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGBREAK'] as const;

export type ShutdownSignal = (typeof SIGNALS)[number];

export type LogLevel = 'ok' | 'warning' | 'critical';

/** Receives what a shutdown has to say, a line or a few at a time. */
export type ShutdownLog = (text: string, level: LogLevel) => void;

/** Durations are ms or text such as `'10s'`. */
export interface ShutdownOptions {
  /** @default ['SIGTERM', 'SIGINT'] */
  readonly signals?: readonly ShutdownSignal[];
  /** Whether the parent's message `'shutdown'` (PM2, a cluster's primary) starts it as well. @default false */
  readonly messages?: boolean;
  /** Whether uncaught exceptions and unhandled rejections start it; the status is 1 then, whatever `exit` says. @default false */
  readonly errors?: boolean;
  /** Whether the natural end of the program, its event loop run empty, starts it. @default true */
  readonly idle?: boolean;
  /** From the beginning to the end of all phases, `delay` included; then the process ends with status 1. @default '10s' */
  readonly deadline?: number | string;
  /** The deadline after an error, when it is the earlier one. @default '3s' */
  readonly errorDeadline?: number | string;
  /** How long to go on as before once `isReady` is false, so that load balancers notice. @default 0 */
  readonly delay?: number | string;
  /** Whether `isReady` turns false when the shutdown begins. @default true */
  readonly notReady?: boolean;
  /**
   * `'signal'`: the signal is raised again, so that the parent sees it; `'zero'`: status 0; `'code'`: the status that a
   * shell shows for the signal (143 for SIGTERM); `'none'`: the process is left to end by itself. @default 'signal'
   */
  readonly exit?: ExitPolicy;
  /** How long the platform waits before it kills; a deadline beyond that, less 5 s, is worth a warning. @default '30s' */
  readonly gracePeriod?: number | string;
  /** Where text goes; `false`: nowhere. @default standard error, for what went wrong */
  readonly log?: ShutdownLog | false;
}

/** {@link ShutdownOptions} with every default in place. */
export interface ShutdownSettings {
  readonly signals: readonly ShutdownSignal[];
  readonly messages: boolean;
  readonly errors: boolean;
  readonly idle: boolean;
  readonly deadline: number;
  readonly errorDeadline: number;
  readonly delay: number;
  readonly notReady: boolean;
  readonly exit: ExitPolicy;
  readonly log: ShutdownLog | false | undefined;
}

export const DEFAULTS: ShutdownSettings = Object.freeze({
  signals: Object.freeze(['SIGTERM', 'SIGINT'] as const),
  messages: false,
  errors: false,
  idle: true,
  deadline: 10_000,
  errorDeadline: 3_000,
  delay: 0,
  notReady: true,
  exit: 'signal',
  log: undefined,
});

const GRACE_PERIOD_MS = 30_000;
/** What has to be left of the platform's grace period: its own way to us and our way out. */
const GRACE_MARGIN_MS = 5_000;

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function resolveShutdownOptions(options: ShutdownOptions): ShutdownSettings {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const deadline = readDuration('deadline', options.deadline ?? DEFAULTS.deadline, 1);
  const delay = readDuration('delay', options.delay ?? DEFAULTS.delay);
  if (delay >= deadline) {
    throw invalidOption('delay', `shorter than \`deadline\`, which is ${formatDuration(deadline)}`, options.delay);
  }
  warnOfLateDeadline(deadline, readDuration('gracePeriod', options.gracePeriod ?? GRACE_PERIOD_MS));
  return Object.freeze({
    signals: readSignals(options.signals ?? DEFAULTS.signals),
    messages: readFlag('messages', options.messages, DEFAULTS.messages),
    errors: readFlag('errors', options.errors, DEFAULTS.errors),
    idle: readFlag('idle', options.idle, DEFAULTS.idle),
    deadline,
    errorDeadline: Math.min(
      deadline,
      readDuration('errorDeadline', options.errorDeadline ?? DEFAULTS.errorDeadline, 1),
    ),
    delay,
    notReady: readFlag('notReady', options.notReady, DEFAULTS.notReady),
    exit: readChoice('exit', options.exit ?? DEFAULTS.exit, EXITS),
    log: readLog(options.log),
  });
}

function readSignals(signals: unknown): readonly ShutdownSignal[] {
  if (!Array.isArray(signals)) throw invalidOption('signals', 'a list of signals', signals);
  for (const signal of signals as unknown[]) {
    if (signal === 'SIGUSR1') throw invalidOption('signals', "a list without 'SIGUSR1', the inspector's", signal);
    readChoice('signals', signal, SIGNALS);
  }
  // Windows has no SIGUSR2, and only Windows has SIGBREAK.
  return Object.freeze((signals as ShutdownSignal[]).filter((signal) => signal in constants.signals));
}

function readFlag(name: string, value: unknown, byDefault: boolean): boolean {
  if (value === undefined) return byDefault;
  if (typeof value !== 'boolean') throw invalidOption(name, 'true or false', value);
  return value;
}

function readLog(value: unknown): ShutdownLog | false | undefined {
  if (value === undefined || value === false || typeof value === 'function') return value as ShutdownLog | false;
  throw invalidOption('log', 'a function or false', value);
}

function warnOfLateDeadline(deadline: number, gracePeriod: number): void {
  if (deadline <= gracePeriod - GRACE_MARGIN_MS) return;
  warn({
    code: 'PLIM_WARN_SHUTDOWN_DEADLINE',
    message:
      `\`deadline\` is ${formatDuration(deadline)}, and the platform is taken to kill after ` +
      `${formatDuration(gracePeriod)}: keep 5 s between them, or say in \`gracePeriod\` how long it waits.`,
  });
}
