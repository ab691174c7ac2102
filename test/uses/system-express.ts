/** A program that uses `plimsoll/system/express`. */
import { SystemApi } from 'plimsoll/system';
import { expressMiddleware } from 'plimsoll/system/express';

export async function use(): Promise<Record<string, boolean>> {
  const middleware = expressMiddleware(new SystemApi({ basePath: '/api/system', shutdown: false }));
  let passed = 0;
  middleware({ url: '/', originalUrl: '/', baseUrl: '' } as never, {} as never, () => passed++);
  return { 'what is not the API’s goes on': middleware.length === 3 && passed === 1 };
}
