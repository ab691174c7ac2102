/** ioredis, 5 and later, and clients of its shape: `new Redis()`, `new Redis.Cluster()`. */
import type {
  Channel,
  ChannelListener,
  Emits,
  RedisArgument,
  RedisLink,
  Tracking,
  TrackingListener,
} from './link-shape.ts';
import { TrackingConnection } from './tracking-connection.ts';

/** The shape of both. */
interface Client extends Emits {
  readonly status: string;
  readonly isCluster?: boolean;
  readonly options?: { readonly shardedSubscribers?: boolean };
  callBuffer(command: string, ...args: RedisArgument[]): Promise<unknown>;
  duplicate(options: object): Client;
  /** A cluster's, which takes its first nodes before the options. */
  duplicate(nodes: readonly object[], options: object): Client;
  disconnect(): void;
  ping(): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  ssubscribe(channel: string): Promise<unknown>;
  nodes?(role: 'master'): Client[];
}

/** Whatever the client does: a connection of our own connects by itself, and may be told what to do before it has. */
const OWN = { lazyConnect: false, enableOfflineQueue: true };
const LOST = ['error', 'close', 'end', 'reconnecting', '-node', 'node error'] as const;

/** The link over a client of ioredis; `undefined` when it is none. */
export function ioredisLink(client: unknown): RedisLink | undefined {
  if (!isClient(client)) return undefined;
  const send = (to: Client, [command, ...args]: readonly RedisArgument[]): Promise<unknown> =>
    to.callBuffer(command as string, ...args);
  return {
    isCluster: client.isCluster === true,
    canShard: client.isCluster === true && client.options?.shardedSubscribers === true,
    isReady: () => client.status === 'ready',
    // It finds the key in the command by itself.
    send: (_key, args) => send(client, args),
    nodes: async () => (client.nodes?.('master') ?? [client]).map((node) => ({ send: (args) => send(node, args) })),
    subscribe: (name, listener, isSharded) => openChannel(client, name, { listener, isSharded }),
    track: client.isCluster === true ? undefined : (prefix, listener) => track(client, prefix, listener),
  };
}

async function openChannel(
  client: Client,
  name: string,
  { listener, isSharded }: { readonly listener: ChannelListener; readonly isSharded: boolean },
): Promise<Channel> {
  const own = client.isCluster === true ? client.duplicate([], OWN) : client.duplicate(OWN);
  for (const event of LOST) own.on(event, () => listener.lost());
  own.on(isSharded ? 'smessageBuffer' : 'messageBuffer', (_channel: Buffer, message: Buffer) =>
    listener.message(message),
  );
  try {
    await (isSharded ? own.ssubscribe(name) : own.subscribe(name));
  } catch (error) {
    own.disconnect();
    throw error;
  }
  const command = isSharded ? 'SPUBLISH' : 'PUBLISH';
  return {
    publish: (message) => client.callBuffer(command, name, message),
    close: async () => own.disconnect(),
  };
}

/**
 * Broadcast of the written keys under a prefix. Of RESP3 the client reads these messages and drops them; so they come by RESP2, in
 * the form of messages of a channel, and to the very connection that asks: when it is gone, nothing else goes on without it.
 */
async function track(client: Client, prefix: string, listener: TrackingListener): Promise<Tracking> {
  // What asks has to come before the subscription, after which the connection takes few other commands.
  const own = client.duplicate({ ...OWN, protocol: 2, autoResubscribe: false });
  const connection = new TrackingConnection(
    {
      isReady: () => own.status === 'ready',
      ask: async () => {
        const id = String(await own.callBuffer('CLIENT', 'ID'));
        await own.callBuffer('CLIENT', 'TRACKING', 'OFF');
        await own.callBuffer('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', prefix, 'NOLOOP');
        await own.subscribe('__redis__:invalidate');
      },
      ping: () => own.ping(),
      close: () => own.disconnect(),
    },
    listener,
  );
  for (const event of LOST) own.on(event, () => connection.lost());
  own.on('messageBuffer', (_channel: Buffer, names: readonly Buffer[] | null) =>
    listener.written(names?.map((name) => name.toString())),
  );
  try {
    // Waits for the connection.
    await own.callBuffer('PING');
  } catch (error) {
    own.disconnect();
    throw error;
  }
  return connection;
}

function isClient(client: unknown): client is Client {
  if (typeof client !== 'object' || client === null) return false;
  const { callBuffer, duplicate, status } = client as Partial<Client>;
  return typeof callBuffer === 'function' && typeof duplicate === 'function' && typeof status === 'string';
}
