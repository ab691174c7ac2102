/**
 * Timers that go on for the life of the program must not be started inside a request.
 *
 * On Node.js a timer keeps the async context that it was started in (what `AsyncLocalStorage` holds), and so does the next
 * one that its callback starts: the first request that stores an entry would never be let go. So the timer is started in the
 * context in which this module was loaded. Where there are no such contexts, there is nothing to leave.
 */

interface AsyncHooks {
  readonly AsyncResource: new (type: string) => { runInAsyncScope<T>(run: () => T): T };
}

interface ModuleSource {
  readonly process?: { readonly getBuiltinModule?: (name: 'node:async_hooks') => AsyncHooks };
}

const hooks = (globalThis as ModuleSource).process?.getBuiltinModule?.('node:async_hooks');
const home = hooks === undefined ? undefined : new hooks.AsyncResource('plimsoll.cache');

/** Calls `run` in the context in which the cache was loaded. */
export function outsideRequests<T>(run: () => T): T {
  return home === undefined ? run() : home.runInAsyncScope(run);
}
