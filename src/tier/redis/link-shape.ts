/** What the second tier needs of a Redis client. */

export type RedisArgument = string | Buffer;

/** One server, for commands that are no matter of a key. */
export interface RedisNode {
  send(args: readonly RedisArgument[]): Promise<unknown>;
}

/** A subscription of its own connection. */
export interface Channel {
  /** Sends to all who subscribe, over the connection that was handed in. */
  publish(message: Buffer): Promise<unknown>;
  close(): Promise<void>;
}

/** What a channel tells. */
export interface ChannelListener {
  message(bytes: Buffer): void;
  /** The connection is gone, or was; messages may have been missed. */
  lost(): void;
}

/** Keys that somebody wrote, as the server tells it; `undefined`: all of them. */
export interface TrackingListener {
  written(keys: readonly string[] | undefined): void;
  lost(): void;
}

/** The server's own word on which keys are written. */
export interface Tracking {
  /** Resolves when the connection answers, after all that the server has told so far; rejects unless it tells everything. */
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

/** A Redis client. Texts in answers are Buffers. */
export interface RedisLink {
  readonly isCluster: boolean;
  /** Whether a command would be sent at once, rather than wait for a connection. */
  isReady(): boolean;
  /** Sends a command to where `key` is. */
  send(key: string, args: readonly RedisArgument[], isRead: boolean): Promise<unknown>;
  /** The servers that hold keys. */
  nodes(): Promise<RedisNode[]>;
  subscribe(channel: string, listener: ChannelListener, isSharded: boolean): Promise<Channel>;
  /** Whether it can subscribe to sharded channels, which stay on one node of a cluster. */
  readonly canShard: boolean;
  /** `undefined`: this client cannot. */
  readonly track: ((prefix: string, listener: TrackingListener) => Promise<Tracking>) | undefined;
}

/** What clients emit. */
export interface Emits {
  on(event: string, listener: (...args: never[]) => void): unknown;
}
