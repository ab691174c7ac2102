import type { CodePlace } from './locations.ts';

/** How a place is written: `src/agent.ts:42`. */
export type PlaceText = (place: CodePlace) => string;

/** Path of a script's URL, without a query that tells its versions apart; other schemes stay as they are. */
export function pathOfUrl(url: string): string {
  if (!url.startsWith('file://')) return url;
  const path = url.slice('file://'.length).replace(/[?#].*$/s, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * A file as a reader knows it: from the package's folder on for dependencies, relative to `root` for what is inside
 * it, else its last two parts.
 */
export function shortFile(url: string, root: string): string {
  const path = pathOfUrl(url);
  const at = path.lastIndexOf('/node_modules/');
  if (at >= 0) return path.slice(at + 1);
  const base = root.endsWith('/') ? root : `${root}/`;
  if (root !== '' && path.startsWith(base)) return path.slice(base.length);
  return path.startsWith('/') ? path.split('/').slice(-2).join('/') : path;
}
