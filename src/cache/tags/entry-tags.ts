/** Which tags an entry has: what the user says. */
import { invalidOption, readFunction } from '../../base/options.ts';

/** What one entry says of its tags. */
export interface EntryTags {
  /** Names of what the entry was made from, to be taken out with by `invalidateTag`; in place of those of `tagsOf`. */
  readonly tags?: readonly string[] | undefined;
}

/** How a cache tags its entries. */
export interface TagOptions<K, V> {
  /** The tags of an entry whose `set` or load names none. @default none */
  readonly tagsOf?: (value: V, key: K) => readonly string[] | undefined;
}

/** {@link TagOptions}, checked. */
export interface ResolvedTagOptions<K, V> {
  readonly tagsOf: ((value: V, key: K) => readonly string[] | undefined) | undefined;
}

/** Checks options. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveTagOptions<K, V>({ tagsOf }: TagOptions<K, V>): ResolvedTagOptions<K, V> {
  return { tagsOf: readFunction('tagsOf', tagsOf) };
}

/**
 * The tags of an entry that is about to be stored, each once; `undefined` for none. What the user's function throws passes
 * through.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export function tagsFor<K, V>(
  { tagsOf }: ResolvedTagOptions<K, V>,
  value: V,
  key: K,
  own: EntryTags | undefined,
): readonly string[] | undefined {
  const given = own?.tags ?? tagsOf?.(value, key);
  if (given === undefined) return undefined;
  checkTags(given);
  return given.length === 0 ? undefined : [...new Set(given)];
}

/** @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` unless `tags` is a list of texts that are not empty */
export function checkTags(tags: unknown): void {
  if (isTagList(tags)) return;
  // The list itself: a message that quoted its items might quote a key.
  throw invalidOption('tags', 'an array of texts that are not empty', tags);
}

/** Whether `tags` is a list of texts that are not empty. */
export function isTagList(tags: unknown): tags is readonly string[] {
  return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag !== '');
}
