/** A program that uses `plimsoll/system/fastify`. */
import { SystemApi } from 'plimsoll/system';
import { type FastifyLike, fastifyPlugin } from 'plimsoll/system/fastify';

export async function use(): Promise<Record<string, boolean>> {
  const paths: string[] = [];
  const instance: FastifyLike = {
    prefix: '',
    all: (path) => paths.push(path),
    removeAllContentTypeParsers: () => {},
    addContentTypeParser: () => {},
  };
  const plugin = fastifyPlugin(new SystemApi({ basePath: '/api/system', shutdown: false }));
  await new Promise<void>((resolve) => plugin(instance, {}, () => resolve()));
  return { 'all below the base path is routed': paths.join() === '/api/system/*,/api/system' };
}
