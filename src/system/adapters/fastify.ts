/** `plimsoll/system/fastify`: the system API as a plugin of Fastify 5. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SystemApi } from '../system-api.ts';
import { answerNode, type NodeRequest, type NodeResponse } from './node-answer.ts';

/** What is used of a Fastify instance. */
export interface FastifyLike {
  readonly prefix: string;
  all(path: string, handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => unknown): unknown;
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: string,
    parse: (request: never, payload: never, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown;
}

/** What is used of its request. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage | NodeRequest;
}

/** What is used of its reply. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse | NodeResponse;
  hijack(): unknown;
}

/**
 * A plugin: `app.register(fastifyPlugin(system))` with a `basePath`, or with `{ prefix: '/api/system' }` in its place. Hooks of
 * the instance that run before the handler run for it too; no body is parsed.
 */
export function fastifyPlugin(
  api: SystemApi,
): (instance: FastifyLike, options: unknown, done: (error?: Error) => void) => void {
  return (instance, _options, done) => {
    const { prefix } = instance;
    const handle = (request: FastifyRequestLike, reply: FastifyReplyLike): void => {
      reply.hijack();
      const url = request.raw.url ?? '/';
      const isWhole = api.basePath !== '' && api.owns(url);
      const mount = isWhole
        ? { target: url, isMounted: false }
        : { target: url.slice(prefix.length), isMounted: prefix !== '' };
      void answerNode(api, request.raw, reply.raw, mount);
    };
    // Within this plugin only: a body is neither read nor judged before the API has its say.
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    const base = prefix === '' ? api.basePath : '';
    instance.all(`${base}/*`, handle);
    if (base !== '' || prefix !== '') instance.all(base, handle);
    done();
  };
}
