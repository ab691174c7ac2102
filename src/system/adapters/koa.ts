/** `plimsoll/system/koa`: the system API as a middleware of Koa 3. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SystemApi } from '../system-api.ts';
import { answerNode, type NodeRequest, type NodeResponse } from './node-answer.ts';

/** What is used of a Koa context. */
export interface KoaContextLike {
  readonly req: IncomingMessage | NodeRequest;
  readonly res: ServerResponse | NodeResponse;
  readonly originalUrl: string;
  respond?: boolean;
}

/** A middleware: `app.use(koaMiddleware(system))`. What is not the API's goes on to the next. */
export function koaMiddleware(
  api: SystemApi,
): (context: KoaContextLike, next: () => Promise<unknown>) => Promise<void> {
  return async (context, next) => {
    const { req, res, originalUrl } = context;
    const url = req.url ?? '/';
    const isWhole = api.owns(originalUrl);
    // koa-mount takes the path off.
    const isMounted = url !== originalUrl;
    if (isWhole || (isMounted && api.owns(url, true))) {
      context.respond = false;
      await answerNode(api, req, res, isWhole ? { target: originalUrl, isMounted: false } : { target: url, isMounted });
    } else {
      await next();
    }
  };
}
