/**
 * From a dump back into a cache. Whatever it is given, it takes what is whole and counts the rest: a service that starts is
 * not to be kept down by the file that was to make it start warm.
 */
import { describeValue } from '../../base/options.ts';
import type { CacheCore } from '../core/cache-core.ts';
import { DUMP_VERSION } from './cache-dump.ts';
import type { RestoreReport } from './cache-dump.ts';
import { Damage, readEntry } from './read-entry.ts';
import type { WholeEntry } from './read-entry.ts';

interface Tally {
  restored: number;
  expired: number;
  present: number;
  leftOut: number;
  damaged: number;
  problem: string | undefined;
}

/** Stores what is in `dump`, into the room there is. */
export function restoreDump<K, V>(core: CacheCore<K, V>, dump: unknown): RestoreReport {
  const tally: Tally = { restored: 0, expired: 0, present: 0, leftOut: 0, damaged: 0, problem: problemOf(dump) };
  if (tally.problem === undefined) {
    const { at, entries } = dump as { readonly at: number; readonly entries: readonly unknown[] };
    // A wall clock that was set back meanwhile cannot make an entry younger than it was.
    const passed = Math.max(0, core.options.expiry.clock.wallNow() - at);
    const chosen = choose<K, V>(core, entries, passed, tally);
    // The most useful is to be the last one used.
    for (let i = chosen.length - 1; i >= 0; i--) store(core, chosen[i]!, tally);
  }
  if (tally.problem !== undefined) core.complaints.notRestored(tally.damaged, tally.problem);
  return tally;
}

function problemOf(dump: unknown): string | undefined {
  if (typeof dump !== 'object' || dump === null || !('format' in dump) || dump.format !== 'plimsoll-cache') {
    return `expected what \`dump()\` gives, got ${describeKind(dump)}`;
  }
  const { version, at, entries } = dump as Partial<Record<string, unknown>>;
  if (version !== DUMP_VERSION)
    return `its version is ${describeValue(version)}, and this package reads ${DUMP_VERSION}`;
  if (typeof at !== 'number' || !Number.isFinite(at)) return 'it does not say when it was made';
  return Array.isArray(entries) ? undefined : 'it has no list of entries';
}

/** A dump that is still text may have secrets in it, so no text is quoted. */
function describeKind(dump: unknown): string {
  return typeof dump === 'string' ? 'a text: parse it first' : describeValue(dump);
}

/** The entries that are whole, have time left and fit, the most useful first. */
function choose<K, V>(
  core: CacheCore<K, V>,
  entries: readonly unknown[],
  passed: number,
  tally: Tally,
): WholeEntry<K, V>[] {
  const chosen: WholeEntry<K, V>[] = [];
  const room = core.maxEntries - core.size;
  let bytesLeft = core.maxBytes - (core.weights?.total ?? 0);
  for (const given of entries) {
    const entry = readEntry<K, V>(given, passed);
    if (entry instanceof Damage) {
      tally.damaged++;
      tally.problem ??= `its first damaged entry: ${entry.problem}`;
    } else if (entry.isExpired) tally.expired++;
    else if (core.slotOf(entry.key) !== 0) tally.present++;
    else if (chosen.length >= room || entry.bytes > bytesLeft) tally.leftOut++;
    else {
      bytesLeft -= entry.bytes;
      chosen.push(entry);
    }
  }
  return chosen;
}

function store<K, V>(
  core: CacheCore<K, V>,
  { key, value, times, tags, uses, age }: WholeEntry<K, V>,
  tally: Tally,
): void {
  // A key may be in the dump twice, or a disposer may have set it.
  if (core.slotOf(key) !== 0) {
    tally.present++;
    return;
  }
  try {
    core.set(key, value, { ...times, tags });
  } catch (error) {
    core.complaints.callback('ttl` or `tagsOf', error);
  }
  // The cache weighs it again, and may not take it; a disposer or weigher may have done anything.
  const slot = core.slotOf(key);
  if (slot === 0) {
    tally.leftOut++;
    return;
  }
  tally.restored++;
  if (uses > 0) core.policy.setUses?.(slot, uses);
  if (age > 0) core.deadlines?.aged(slot, age);
}
