/** From what should be an entry of a dump to one that can be stored; nothing in it is taken on trust. */
import type { EntryTimes } from '../expiry/lifetime.ts';
import { isTagList } from '../tags/entry-tags.ts';

/** An entry that is whole. */
export interface WholeEntry<K, V> {
  readonly key: K;
  readonly value: V;
  readonly uses: number;
  readonly bytes: number;
  readonly age: number;
  /** `undefined`: as the cache itself has it. */
  readonly times: EntryTimes | undefined;
  readonly tags: readonly string[] | undefined;
  readonly isExpired: boolean;
}

/** What is wrong with an entry, in words that quote nothing of it. */
export class Damage {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

/** More uses than this are as good as this many. */
const MOST_USES = 2 ** 20;
const NUMBERS = ['uses', 'bytes', 'idleTtl', 'endsIn', 'age'] as const;

/** Reads an entry of a dump that was made `passed` ms ago. */
export function readEntry<K, V>(given: unknown, passed: number): WholeEntry<K, V> | Damage {
  try {
    return readRecord(given, passed);
  } catch {
    // A getter or a proxy: nothing that was ever in a file, but it is not to stop the others.
    return new Damage('it cannot be read without throwing');
  }
}

function readRecord<K, V>(given: unknown, passed: number): WholeEntry<K, V> | Damage {
  if (typeof given !== 'object' || given === null) return new Damage('it is no object');
  if (!('key' in given) || !('value' in given)) return new Damage('it lacks its key or its value');
  const { key, value, expiresIn, tags, ...rest } = given as Record<string, unknown>;
  const isTimed = expiresIn === undefined || expiresIn === null || isAmount(expiresIn);
  if (!isTimed || !NUMBERS.every((name) => rest[name] === undefined || isAmount(rest[name]))) {
    return new Damage('a time, size or count of it is no number of at least 0');
  }
  if (tags !== undefined && !isTagList(tags)) return new Damage('its tags are no list of texts that are not empty');
  const { uses = 0, bytes = 0, idleTtl, endsIn = Infinity, age = 0 } = rest as Partial<Record<string, number>>;
  const end = Math.min(expiresIn ?? Infinity, endsIn);
  return {
    key: key as K,
    value: value as V,
    uses: Math.min(MOST_USES, Math.floor(uses)),
    bytes,
    age: age + passed,
    times: expiresIn === undefined ? undefined : timesFrom(expiresIn, idleTtl, endsIn, passed),
    tags,
    isExpired: end <= passed,
  };
}

function timesFrom(expiresIn: number | null, idleTtl: number | undefined, endsIn: number, passed: number): EntryTimes {
  if (expiresIn === null) return { ttl: Infinity, idleTtl: Infinity };
  if (idleTtl === undefined) return { ttl: expiresIn - passed, idleTtl: Infinity };
  return { ttl: endsIn - passed, idleTtl };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
