/** What has to be done in one step inside the server. Every script touches keys of one slot only. */
import { createHash } from 'node:crypto';
import { GENERATION_AT, STAMP_AT } from '../record.ts';
import { STAMP_LENGTH } from '../stamp.ts';
import type { RedisArgument, RedisLink, RedisNode } from './link-shape.ts';

/** A script and the name that the server knows it by. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

const stampOf = `redis.call('GETRANGE', KEYS[1], ${STAMP_AT}, ${STAMP_AT + STAMP_LENGTH - 1})`;

/** KEYS entry, lease; ARGV stamp that must be there, lease or '', record, ms or ''. 1: stored. 0: refused. */
export const STORE: Script = script(`
local mine = ARGV[2] ~= ''
local held = not mine or redis.call('GET', KEYS[2]) == ARGV[2]
local stored = 0
if held and ${stampOf} == ARGV[1] then
  if ARGV[4] == '' then redis.call('SET', KEYS[1], ARGV[3]) else redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4]) end
  stored = 1
end
if mine and held then redis.call('DEL', KEYS[2]) end
return stored`);

/** KEYS entry; ARGV fence, ms, byte of flags. 1: there was an entry. A server whose memory is full still deletes. */
export const DELETE: Script = script(`
local flags = redis.pcall('GETRANGE', KEYS[1], 6, 6)
local was = 1
if flags == '' or flags == ARGV[3] then was = 0 end
local set = redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if set.err then redis.call('DEL', KEYS[1]) end
return was`);

/** KEYS generation; ARGV the one to begin, ms or ''. The generation that holds, and whether it is new (1). */
export const GENERATION: Script = script(`
local now = redis.call('GET', KEYS[1])
if not now then
  if ARGV[2] == '' then redis.call('SET', KEYS[1], ARGV[1]) else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
  return { ARGV[1], 1 }
end
local left = redis.call('PTTL', KEYS[1])
if left >= 0 then
  if ARGV[2] == '' then redis.call('PERSIST', KEYS[1])
  elseif left < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
end
return { now, 0 }`);

/** KEYS lease; ARGV token. Ends it if it is that one. */
export const END_LEASE: Script = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`);

/** KEYS entry; ARGV generation. Removes an entry of another one. */
export const SWEEP: Script = script(`
local found = redis.call('GETRANGE', KEYS[1], ${GENERATION_AT}, ${GENERATION_AT + STAMP_LENGTH - 1})
if #found == ${STAMP_LENGTH} and found ~= ARGV[1] then return redis.call('UNLINK', KEYS[1]) end
return 0`);

/** Runs a script by its name, and by its text where the server does not know it yet. */
export async function runScript(
  to: Pick<RedisLink, 'send'> | RedisNode,
  { sha, text }: Script,
  keys: readonly string[],
  args: readonly RedisArgument[],
): Promise<unknown> {
  const send = (command: string, name: string): Promise<unknown> => {
    const all = [command, name, String(keys.length), ...keys, ...args];
    return isNode(to) ? to.send(all) : to.send(keys[0]!, all, false);
  };
  try {
    return await send('EVALSHA', sha);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return send('EVAL', text);
  }
}

function isNode(to: Pick<RedisLink, 'send'> | RedisNode): to is RedisNode {
  return !('nodes' in to);
}

function script(source: string): Script {
  const text = source.trim();
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
