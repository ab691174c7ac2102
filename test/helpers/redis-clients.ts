/** Both clients of Redis, as their users make them. */
import { Redis } from 'ioredis';
import { createClient } from 'redis';

/** A connected client and the way to be rid of it. */
export interface OpenClient {
  readonly client: unknown;
  close(): void;
}

export type ClientKind = 'node-redis' | 'ioredis';

export const CLIENT_KINDS: readonly ClientKind[] = ['node-redis', 'ioredis'];

/** Connects a client to a port of this machine. Its own errors are left to what it is used for. */
export async function openClient(kind: ClientKind, port: number): Promise<OpenClient> {
  return kind === 'node-redis' ? openNodeRedis(port) : openIoredis(port);
}

async function openNodeRedis(port: number): Promise<OpenClient> {
  const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: 50 } });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.destroy() };
}

async function openIoredis(port: number): Promise<OpenClient> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 });
  client.on('error', () => {});
  await new Promise((resolve) => client.once('ready', resolve));
  return { client, close: () => client.disconnect() };
}
