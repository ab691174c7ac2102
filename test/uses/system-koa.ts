/** A program that uses `plimsoll/system/koa`. */
import { SystemApi } from 'plimsoll/system';
import { koaMiddleware } from 'plimsoll/system/koa';

export async function use(): Promise<Record<string, boolean>> {
  const middleware = koaMiddleware(new SystemApi({ basePath: '/api/system', shutdown: false }));
  let passed = 0;
  const context = { req: { url: '/' }, res: {}, originalUrl: '/' } as never;
  await middleware(context, async () => passed++);
  return { 'what is not the API’s goes on': passed === 1 };
}
