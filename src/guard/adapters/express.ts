/** `plimsoll/guard/express`: a guard as the first middleware of Express 5, and of what calls its like. */
import type { NodeRequest, NodeResponse } from '../../system/index.ts';
import { Guard } from '../guard.ts';
import type { GuardOptions } from '../options.ts';

/** A middleware, and the guard that it belongs to. */
export interface GuardMiddleware {
  (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void): void;
  readonly guard: Guard;
}

/**
 * A guard for an application whose servers are made elsewhere, or whose own middleware is to see what is refused. Make it the first
 * middleware, so that nothing is done for a request that is refused, and hand it the server, so that it is drained:
 *
 * ```ts
 * const guarded = guardMiddleware(optionsFromEnv(process.env));
 * app.use(guarded);
 * guarded.guard.drain(app.listen(8080));
 * ```
 *
 * Where `guard(app.listen(8080))` will do, prefer that.
 *
 * @throws {PLIM_ERR_OPTION_INVALID}
 */
export function guardMiddleware(options: GuardOptions = {}): GuardMiddleware {
  const guard = new Guard(options);
  const middleware = (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void): void => {
    if (!guard.takes(request, response)) next();
  };
  return Object.assign(middleware, { guard });
}
