/** `plimsoll/system/express`: the system API as a middleware of Express 5, and of what calls its like: Connect, Polka, restana. */
import type { SystemApi } from '../system-api.ts';
import { answerNode, type NodeRequest, type NodeResponse } from './node-answer.ts';

/** What Express adds to a request. */
interface Mounted {
  readonly originalUrl?: string;
  readonly baseUrl?: string;
}

/**
 * A middleware: `app.use(expressMiddleware(system))` with a `basePath`, or `app.use('/api/system', expressMiddleware(system))`
 * with or without one. What is not the API's goes on to the next.
 */
export function expressMiddleware(
  api: SystemApi,
): (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void) => void {
  return (request, response, next) => {
    const { originalUrl, baseUrl = '' } = request as NodeRequest & Mounted;
    const url = request.url ?? '/';
    const whole = originalUrl ?? url;
    const isWhole = api.basePath !== '' && api.owns(whole);
    const mount = isWhole ? { target: whole, isMounted: false } : { target: url, isMounted: baseUrl !== '' };
    if (!isWhole && !api.owns(url, mount.isMounted)) return next();
    void answerNode(api, request, response, mount);
  };
}
