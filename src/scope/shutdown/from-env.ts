import { type Environment, readVariable } from '../../base/environment.ts';
import { readChoice, readDuration } from '../../base/options.ts';
import { formatDuration } from '../../base/units.ts';
import { warn } from '../../base/warnings.ts';
import { DEFAULTS, EXITS, type ShutdownOptions } from './options.ts';

/** Where Kubernetes runs the process: the endpoints' removal takes some seconds to reach every proxy. */
const KUBERNETES = { delay: 5_000, deadline: 20_000 } as const;

/**
 * Options of a `Shutdown` from the environment: `PLIMSOLL_SHUTDOWN_DEADLINE`, `_DELAY`, `_GRACE_PERIOD` (durations) and
 * `_EXIT`. Inside Kubernetes (`KUBERNETES_SERVICE_HOST` is set) the delay is 5 s and the deadline 20 s unless they say
 * otherwise. Rubbish is a warning and leaves the default.
 *
 * ```ts
 * new Shutdown({ ...shutdownOptionsFromEnv(process.env), exit: 'zero' });
 * ```
 */
export function shutdownOptionsFromEnv(env: Environment): ShutdownOptions {
  const base = env['KUBERNETES_SERVICE_HOST'] ? KUBERNETES : {};
  const deadline = readVariable(env, 'PLIMSOLL_SHUTDOWN_DEADLINE', (name, text) => readDuration(name, text, 1));
  const delay = readVariable(env, 'PLIMSOLL_SHUTDOWN_DELAY', (name, text) => readDuration(name, text));
  const gracePeriod = readVariable(env, 'PLIMSOLL_SHUTDOWN_GRACE_PERIOD', (name, text) => readDuration(name, text));
  const exit = readVariable(env, 'PLIMSOLL_SHUTDOWN_EXIT', (name, text) => readChoice(name, text, EXITS));
  return withoutLongDelay({
    ...base,
    ...(deadline === undefined ? {} : { deadline }),
    ...(delay === undefined ? {} : { delay }),
    ...(gracePeriod === undefined ? {} : { gracePeriod }),
    ...(exit === undefined ? {} : { exit }),
  });
}

/** The one way in which good values do not go together. */
function withoutLongDelay(options: { delay?: number; deadline?: number }): ShutdownOptions {
  const { delay = DEFAULTS.delay, deadline = DEFAULTS.deadline } = options;
  if (delay < deadline) return options;
  const { delay: _delay, ...rest } = options;
  warn({
    code: 'PLIM_WARN_ENVIRONMENT_INVALID',
    message: `A shutdown's delay of ${formatDuration(delay)} leaves nothing of its deadline of ${formatDuration(deadline)}: there will be no delay.`,
  });
  return rest;
}
