import { invalidOption, readDuration, readFunction } from '../../base/options.ts';
import { type Priority, type Ramp, SHED_SIGNALS, type ShedSignal } from './ramp.ts';

/** What is known of a request, whatever the framework. */
export interface ShedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** Durations are ms or text such as `'5s'`. */
export interface ShedderOptions {
  /**
   * The two ends of each figure's ramp; `false` leaves a figure out. `heap` and `container` are shares of their limits,
   * `pressure` and `utilization` shares of time, `loopDelay` ms (the 99th percentile).
   * @default heap 0.75 to 0.85, container 0.85 to 0.95, loopDelay 250 to 1,000; the others are out
   */
  readonly ramps?: Readonly<Partial<Record<ShedSignal, Ramp | false>>>;
  /** How much a request matters. @default 'normal' */
  readonly priority?: (request: ShedRequest) => Priority;
  /**
   * Paths that are never refused, with all below them: probes, metrics, whatever helps in need.
   * @default /livez /readyz /startupz /health /healthz /metrics /api/system
   */
  readonly exempt?: readonly string[];
  /** A name for the route of a request in the counters; of few different ones. @default all are one */
  readonly route?: (request: ShedRequest) => string;
  /** What `Retry-After` says, at least; up to twice as much at random, so that not all come back at once. @default '5s' */
  readonly retryAfter?: number | string;
  /** Figures that are older than this are not gone by, and everything is admitted. @default three intervals of the monitor */
  readonly staleAfter?: number | string;
  /** Numbers from 0 to 1; for tests. @default Math.random */
  readonly random?: () => number;
}

/** {@link ShedderOptions} with every default in place. */
export interface ShedderSettings {
  readonly ramps: Readonly<Partial<Record<ShedSignal, Ramp>>>;
  readonly priority: (request: ShedRequest) => Priority;
  readonly exempt: readonly string[];
  readonly route: (request: ShedRequest) => string;
  readonly retryAfterMs: number;
  readonly staleAfterMs: number;
  readonly random: () => number;
}

/**
 * From 80 % of what the heap may keep V8 ends a program that collects most of the time and finds little: half of the work is
 * refused there. The container has no such point before its limit.
 */
const DEFAULT_RAMPS: Readonly<Partial<Record<ShedSignal, Ramp>>> = Object.freeze({
  heap: { from: 0.75, to: 0.85 },
  container: { from: 0.85, to: 0.95 },
  loopDelay: { from: 250, to: 1_000 },
});
const DEFAULT_EXEMPT = ['/livez', '/readyz', '/startupz', '/health', '/healthz', '/metrics', '/api/system'];
const DEFAULT_RETRY_MS = 5_000;

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function resolveShedderOptions(options: ShedderOptions, intervalMs: number): ShedderSettings {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const exempt = options.exempt ?? DEFAULT_EXEMPT;
  if (!Array.isArray(exempt) || exempt.some((path) => typeof path !== 'string' || !path.startsWith('/'))) {
    throw invalidOption('exempt', 'a list of paths that begin with /', exempt);
  }
  return Object.freeze({
    ramps: readRamps(options.ramps ?? {}),
    priority: readFunction('priority', options.priority) ?? (() => 'normal'),
    exempt: exempt.map((path: string) => path.replace(/\/+$/, '')),
    route: readFunction('route', options.route) ?? (() => 'all'),
    retryAfterMs: readDuration('retryAfter', options.retryAfter ?? DEFAULT_RETRY_MS, 1_000),
    staleAfterMs: readDuration('staleAfter', options.staleAfter ?? intervalMs * 3, 1),
    random: readFunction('random', options.random) ?? Math.random,
  });
}

function readRamps(ramps: NonNullable<ShedderOptions['ramps']>): Readonly<Partial<Record<ShedSignal, Ramp>>> {
  if (typeof ramps !== 'object') throw invalidOption('ramps', 'an object', ramps);
  for (const name of Object.keys(ramps)) {
    if (!SHED_SIGNALS.includes(name as ShedSignal)) throw invalidOption('ramps', `of ${SHED_SIGNALS.join(', ')}`, name);
  }
  const read: Partial<Record<ShedSignal, Ramp>> = {};
  for (const signal of SHED_SIGNALS) {
    const ramp = ramps[signal] ?? DEFAULT_RAMPS[signal] ?? false;
    if (ramp !== false) read[signal] = readRamp(`ramps.${signal}`, ramp);
  }
  return Object.freeze(read);
}

function readRamp(name: string, ramp: Ramp): Ramp {
  if (typeof ramp !== 'object') throw invalidOption(name, 'an object or false', ramp);
  const { from, to } = ramp;
  if (typeof from !== 'number' || !(from >= 0)) throw invalidOption(`${name}.from`, 'a number of at least 0', from);
  if (typeof to !== 'number' || !(to > from) || to === Infinity) {
    throw invalidOption(`${name}.to`, `a number above \`${name}.from\`, which is ${from}`, to);
  }
  return Object.freeze({ from, to });
}
