/** From a cache to its dump. */
import { invalidOption } from '../../base/options.ts';
import type { CacheCore } from '../core/cache-core.ts';
import { isForever } from '../expiry/lifetime.ts';
import { DUMP_VERSION } from './cache-dump.ts';
import type { CacheDump, DumpedEntry, DumpOptions } from './cache-dump.ts';

/** Checks what a user says. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function checkDumpOptions(options: DumpOptions | undefined, hasSecretKeys: boolean): void {
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    throw invalidOption('options', 'an object', options);
  }
  const include = options?.includeSecretKeys ?? false;
  if (typeof include !== 'boolean') throw invalidOption('includeSecretKeys', 'true or false', include);
  if (hasSecretKeys && !include)
    throw invalidOption('includeSecretKeys', 'true, because a dump shows the keys', include);
}

/** All entries whose time is not up, the most useful first. No use of any of them. */
export function makeDump<K, V>(core: CacheCore<K, V>): CacheDump<K, V> {
  const entries = slotsByUse(core)
    .filter((slot) => !core.isOver(slot))
    .map((slot) => dumpEntry(core, slot));
  return { format: 'plimsoll-cache', version: DUMP_VERSION, at: core.options.expiry.clock.wallNow(), entries };
}

/** The slots of the entries, the most useful first: as the policy would let them go, and its counts of uses, have it. */
function slotsByUse<K, V>({ policy, weights, options }: CacheCore<K, V>): number[] {
  const slots = [...policy.slots()].reverse();
  const usesOf = policy.usesOf?.bind(policy);
  if (usesOf !== undefined) slots.sort((a, b) => usesOf(b) - usesOf(a));
  else if (options.policy === 'largest') slots.sort((a, b) => (weights?.of(a) ?? 0) - (weights?.of(b) ?? 0));
  return slots;
}

function dumpEntry<K, V>(core: CacheCore<K, V>, slot: number): DumpedEntry<K, V> {
  const { slots } = core.store;
  const { policy, weights, tags, options } = core;
  const { standard, ttlOf } = options.expiry;
  const left = core.deadlines?.timesLeft(slot);
  const isExempt = left?.expiresIn === undefined && (ttlOf !== undefined || !isForever(standard));
  const own = tags?.of(slot) ?? [];
  return {
    key: slots.keyAt(slot) as K,
    value: slots.valueAt(slot) as V,
    ...(policy.usesOf !== undefined && { uses: policy.usesOf(slot) }),
    ...(weights !== undefined && { bytes: weights.of(slot) }),
    ...left,
    ...(isExempt && { expiresIn: null }),
    ...((own.length > 0 || options.tagging.tagsOf !== undefined) && { tags: own }),
  };
}
