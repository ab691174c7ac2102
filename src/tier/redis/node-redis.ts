/** node-redis, 5 and later: `createClient`, `createCluster`. */
import type { Channel, ChannelListener, Emits, RedisArgument, RedisLink, RedisNode } from './link-shape.ts';
import type { Tracking, TrackingListener } from './link-shape.ts';
import { TrackingConnection } from './tracking-connection.ts';

/** The shape of what `createClient` gives. */
interface Client extends Emits {
  readonly isReady: boolean;
  sendCommand(args: readonly RedisArgument[], options?: object): Promise<unknown>;
  duplicate(overrides?: object): Client;
  connect(): Promise<unknown>;
  destroy(): void;
  subscribe(channel: string, listener: (message: Buffer) => void, asBuffer: true): Promise<unknown>;
}

/** The shape of what `createCluster` gives. */
interface Cluster extends Emits {
  readonly isReady: boolean;
  readonly masters: readonly object[];
  sendCommand(key: string, isRead: boolean, args: readonly RedisArgument[], options?: object): Promise<unknown>;
  nodeClient(node: object): Promise<Client>;
  duplicate(overrides?: object): Cluster;
  connect(): Promise<unknown>;
  destroy(): void;
  subscribe(channel: string, listener: (message: Buffer) => void, asBuffer: true): Promise<unknown>;
  sSubscribe(channel: string, listener: (message: Buffer) => void, asBuffer: true): Promise<unknown>;
}

/**
 * Texts of replies as Buffers: `$` is their type on the wire. The client's own time limit is for commands that are not sent yet, of
 * which we give it none, and costs a signal for each.
 */
const BYTES = { typeMapping: { [0x24]: Buffer }, timeout: undefined } as const;
const LOST = ['error', 'end', 'reconnecting'] as const;
const LOST_NODE = ['node-error', 'node-reconnecting', 'node-disconnect', 'sharded-channel-moved'] as const;

/** The link over a client of node-redis; `undefined` when it is none. */
export function nodeRedisLink(client: unknown): RedisLink | undefined {
  if (!has(client, ['sendCommand', 'duplicate', 'connect', 'on'])) return undefined;
  if ('masters' in client) return clusterLink(client as unknown as Cluster);
  return 'isReady' in client ? clientLink(client as unknown as Client) : undefined;
}

function clientLink(client: Client): RedisLink {
  const send = (_key: string, args: readonly RedisArgument[]): Promise<unknown> => client.sendCommand(args, BYTES);
  return {
    isCluster: false,
    canShard: false,
    isReady: () => client.isReady,
    send,
    nodes: async () => [nodeOf(client)],
    subscribe: async (name, listener) => {
      const own = client.duplicate();
      return openChannel(own, listener, {
        subscribe: () => own.subscribe(name, (message) => listener.message(message), true),
        publish: (message) => client.sendCommand(['PUBLISH', name, message]),
      });
    },
    track: (prefix, listener) => track(client.duplicate({ RESP: 3, emitInvalidate: true }), prefix, listener),
  };
}

function clusterLink(cluster: Cluster): RedisLink {
  return {
    isCluster: true,
    canShard: true,
    isReady: () => cluster.isReady,
    send: (key, args, isRead) => cluster.sendCommand(key, isRead, args, BYTES),
    nodes: async () => Promise.all(cluster.masters.map(async (node) => nodeOf(await cluster.nodeClient(node)))),
    subscribe: async (name, listener, isSharded) => {
      const own = cluster.duplicate();
      for (const event of LOST_NODE) own.on(event, () => listener.lost());
      const hear = (message: Buffer): void => listener.message(message);
      return openChannel(own, listener, {
        subscribe: () => (isSharded ? own.sSubscribe(name, hear, true) : own.subscribe(name, hear, true)),
        publish: (message) => cluster.sendCommand(name, false, [isSharded ? 'SPUBLISH' : 'PUBLISH', name, message]),
      });
    },
    track: undefined,
  };
}

function nodeOf(client: Client): RedisNode {
  return { send: (args) => client.sendCommand(args, BYTES) };
}

async function openChannel(
  own: Client | Cluster,
  listener: ChannelListener,
  { subscribe, publish }: { subscribe: () => Promise<unknown>; publish: (message: Buffer) => Promise<unknown> },
): Promise<Channel> {
  for (const event of LOST) own.on(event, () => listener.lost());
  try {
    await own.connect();
    await subscribe();
  } catch (error) {
    destroy(own);
    throw error;
  }
  return { publish, close: async () => destroy(own) };
}

/** Broadcast of the written keys under a prefix, which RESP3 has as messages of their own. */
async function track(own: Client, prefix: string, listener: TrackingListener): Promise<Tracking> {
  const connection = new TrackingConnection(
    {
      isReady: () => own.isReady,
      ask: async () => {
        // The client has turned on the default mode by itself, and modes cannot be changed while it is on.
        await own.sendCommand(['CLIENT', 'TRACKING', 'OFF']);
        await own.sendCommand(['CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', prefix, 'NOLOOP']);
      },
      ping: () => own.sendCommand(['PING']),
      close: () => destroy(own),
    },
    listener,
  );
  for (const event of LOST) own.on(event, () => connection.lost());
  own.on('invalidate', (key: Buffer | string | null) => {
    listener.written(key === null ? undefined : [key.toString()]);
  });
  try {
    await own.connect();
  } catch (error) {
    destroy(own);
    throw error;
  }
  return connection;
}

function destroy(client: Client | Cluster): void {
  try {
    client.destroy();
  } catch {
    // It was closed already, or never open.
  }
}

function has(client: unknown, methods: readonly string[]): client is Readonly<Record<string, unknown>> {
  if (typeof client !== 'object' || client === null) return false;
  return methods.every((name) => typeof (client as Record<string, unknown>)[name] === 'function');
}
