/** A program that uses `plimsoll/system/node`: the system API on a server of its own framework-less app. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SystemApi } from 'plimsoll/system';
import { nodeListener } from 'plimsoll/system/node';

export async function use(): Promise<Record<string, boolean>> {
  const system = new SystemApi({ basePath: '/api/system', shutdown: false });
  const server = http.createServer(nodeListener(system, (_, response) => response.end('app')));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const texts = await Promise.all(['/', '/api/system/livez'].map(async (path) => (await fetch(at + path)).text()));
  server.closeAllConnections();
  server.close();
  return { 'the API answers beside the app': texts.join() === 'app,pass\n' };
}
