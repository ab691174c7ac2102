import type { Environment } from '../base/environment.ts';
import { optionsFromEnv as monitorOptionsFromEnv } from '../monitor/index.ts';
import { shutdownOptionsFromEnv } from '../scope/index.ts';
import { systemOptionsFromEnv } from '../system/index.ts';
import type { GuardOptions } from './options.ts';

/**
 * Options of a `guard` from the environment:
 *
 * - `MEMORY_MONITOR_INTERVAL`, `MEMORY_THRESHOLD`, `MAX_HEAP_SIZE`, `MEMORY_STATISTICS_INTERVAL` for the monitor;
 * - `PLIMSOLL_SHUTDOWN_DEADLINE`, `_DELAY`, `_GRACE_PERIOD`, `_EXIT` for the shutdown, which has a delay of 5 s and a deadline of
 *   20 s inside Kubernetes;
 * - `PLIMSOLL_SYSTEM_TOKEN`, `PLIMSOLL_SYSTEM_HOSTS` for the system API.
 *
 * Rubbish is a warning and leaves the default.
 *
 * ```ts
 * guard(server, optionsFromEnv(process.env));
 * ```
 */
export function optionsFromEnv(env: Environment): GuardOptions {
  return {
    monitor: monitorOptionsFromEnv(env),
    shutdown: shutdownOptionsFromEnv(env),
    system: systemOptionsFromEnv(env),
  };
}
