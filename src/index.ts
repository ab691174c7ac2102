/** `plimsoll`: one call that looks after a service, and the everyday names. */
export { Cache, type CacheOptions, coalesce, memoize } from './cache/index.ts';
export { type ErrorCode, isPlimsollError, PlimsollError } from './errors.ts';
export { Guard, guard, type GuardOptions, optionsFromEnv } from './guard/index.ts';
export { LoadLine, Monitor, Shedder } from './monitor/index.ts';
export { drain, Scope, Shutdown } from './scope/index.ts';
export { serve, SystemApi } from './system/index.ts';
