import { type Environment, readVariable } from '../base/environment.ts';
import { invalidOption, readBytes, readDuration } from '../base/options.ts';
import type { MonitorOptions } from './options.ts';
import { RULE_DEFAULTS } from './rules/rule-options.ts';

const SHORTEST_INTERVAL_MS = 100;

/**
 * Options of a `Monitor` from the environment:
 *
 * - `MEMORY_MONITOR_INTERVAL`: how often the process is read, ms or `'30s'`;
 * - `MEMORY_THRESHOLD`: the share of a limit, 0 to 1, at which heap and container are worth a warning;
 * - `MAX_HEAP_SIZE`: what the heap may hold, bytes or `'1GB'`: critical there;
 * - `MEMORY_STATISTICS_INTERVAL`: how often statistics are logged, ms or `'5m'`.
 *
 * Rubbish is a warning and leaves the default.
 *
 * @param onInvalid - takes what is said of rubbish, in place of the warning
 *
 * ```ts
 * new Monitor({ ...optionsFromEnv(process.env), logger });
 * ```
 */
export function optionsFromEnv(env: Environment, onInvalid?: (error: unknown) => void): MonitorOptions {
  const read = <T>(name: string, readValue: (name: string, text: string) => T): T | undefined =>
    readVariable(env, name, readValue, onInvalid);
  const interval = read('MEMORY_MONITOR_INTERVAL', (name, text) => readDuration(name, text, SHORTEST_INTERVAL_MS));
  const threshold = read('MEMORY_THRESHOLD', readShare);
  const maxHeapBytes = read('MAX_HEAP_SIZE', (name, text) => readBytes(name, text, 1));
  const logStatistics = read('MEMORY_STATISTICS_INTERVAL', (name, text) => readDuration(name, text, 1_000));
  return {
    ...(interval === undefined ? {} : { interval }),
    ...(maxHeapBytes === undefined ? {} : { maxHeapBytes }),
    ...(logStatistics === undefined ? {} : { logStatistics }),
    ...(threshold === undefined ? {} : { rules: rulesAt(threshold) }),
  };
}

function readShare(name: string, text: string): number {
  const share = /^\s*(\d+(\.\d*)?|\.\d+)\s*$/.test(text) ? Number(text) : Number.NaN;
  if (share > 0 && share <= 1) return share;
  throw invalidOption(name, 'a number above 0, and 1 at most', text);
}

/** A critical bound that would be below the warning moves up with it. */
function rulesAt(warning: number): NonNullable<MonitorOptions['rules']> {
  const critical = (rule: 'heap' | 'container'): number => Math.max(warning, RULE_DEFAULTS[rule].critical);
  return {
    heap: { warning, critical: critical('heap') },
    container: { warning, critical: critical('container') },
  };
}
