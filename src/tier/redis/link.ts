/**
 * A Redis client, whichever it is: what the second tier needs of one, found by the shape of what the user hands in. Clients
 * are never imported, and connections that were handed in are never closed.
 */
import { invalidOption } from '../../base/options.ts';
import { ioredisLink } from './ioredis.ts';
import { nodeRedisLink } from './node-redis.ts';

export type { Channel, RedisArgument, RedisLink, RedisNode } from './link-shape.ts';
import type { RedisLink } from './link-shape.ts';

/** The link over a client of node-redis or ioredis, single or cluster. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function linkTo(client: unknown): RedisLink {
  const link = nodeRedisLink(client) ?? ioredisLink(client);
  if (link !== undefined) return link;
  throw invalidOption('client', 'a client of node-redis (`createClient`, `createCluster`) or ioredis', client);
}
