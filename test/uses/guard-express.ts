/** A program that uses `plimsoll/guard/express`: a guard as a middleware, here of a server without a framework. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { guardMiddleware } from 'plimsoll/guard/express';

export async function use(): Promise<Record<string, boolean>> {
  const middleware = guardMiddleware({ system: { basePath: '/ops' } });
  const server = http.createServer((request, response) => middleware(request, response, () => response.end('hello')));
  middleware.guard.drain(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })).text();
  const answers = [await ask('/'), await ask('/ops/livez')];
  await middleware.guard.close();
  await new Promise((resolve) => server.close(resolve));
  return {
    'requests go on to the application': answers[0] === 'hello',
    'the system API is there': answers[1] === 'pass\n',
    'it ends': middleware.guard.monitor?.isRunning === false,
  };
}
