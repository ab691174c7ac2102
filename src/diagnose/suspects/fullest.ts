/** Who keeps most of a heap: what one snapshot alone can tell of a program that died of memory. */
import { formatBytes } from '../../base/units.ts';
import { type HeapSnapshot, Namer, summarise } from '../../snapshot/index.ts';
import { Places, type PlacesOptions } from '../sources/index.ts';

/** Objects looked at in search of one that has a name. */
const LOOKED_AT = 40;
/** Who keeps less than this share of the heap fills nothing. */
const LEAST_SHARE = 0.2;

/** A sentence that names who keeps most; `undefined` when nobody with a name keeps much. */
export function fullestText(snapshot: HeapSnapshot, options: PlacesOptions): string | undefined {
  const { biggest, totalBytes } = summarise(snapshot, { biggest: LOOKED_AT });
  const places = new Places(options);
  const isForeign = (url: string): boolean => options.isWatcherScript?.(url) === true;
  const namer = new Namer(snapshot, { root: options.root, isForeign, placeText: places.placeText });
  for (const { ordinal, retainedBytes } of biggest) {
    if (retainedBytes < totalBytes * LEAST_SHARE) return undefined;
    const owner = namer.ownerOf(ordinal);
    if (owner.variable === '') continue;
    const [who, where] = [`${namer.classes.of(ordinal)} \`${owner.expression}\``, places.ofOwner(owner)];
    const share = Math.round((retainedBytes / totalBytes) * 100);
    const kept = `keeps ${formatBytes(retainedBytes)} (${share} %)`;
    return `Of the ${formatBytes(totalBytes)} in its last snapshot ${who}${where === '' ? '' : ` in ${where}`} ${kept}.`;
  }
  return undefined;
}
