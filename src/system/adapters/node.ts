/** `plimsoll/system/node`: the system API on a server of `node:http`, `https` or `http2`. */
import type { SystemApi } from '../system-api.ts';
import { answerNode, type NodeRequest, type NodeResponse } from './node-answer.ts';

export { serve, type ServeOptions, type SystemServer } from './serve.ts';
export type { NodeRequest, NodeResponse } from './node-answer.ts';

/** Answers what the system API does not. */
export type NodeHandler = (request: NodeRequest, response: NodeResponse) => unknown;

/**
 * A listener for `http.createServer`: what lies below the API's `basePath` is answered by it, the rest by `otherwise`.
 *
 * ```ts
 * http.createServer(nodeListener(system, (request, response) => response.end('hello')));
 * ```
 *
 * @param otherwise @default status 404 for everything else
 */
export function nodeListener(
  api: SystemApi,
  otherwise?: NodeHandler,
): (request: NodeRequest, response: NodeResponse) => void {
  return (request, response) => {
    const target = request.url ?? '/';
    if (otherwise === undefined || api.owns(target)) {
      void answerNode(api, request, response, { target, isMounted: false });
    } else {
      otherwise(request, response);
    }
  };
}
