/** The path that was asked for, read without anything that can throw or be led astray. */

/** A path below the base, as its parts, and the query. */
export interface Target {
  /** Decoded; `[]` is the base itself. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

const MOST_LENGTH = 2_048;
const MOST_PARTS = 4;

/** `'outside'`: not below the base, somebody else's; `'bad'`: nobody's. */
export type TargetProblem = 'outside' | 'bad' | 'long';

/**
 * Reads a request target. Nothing is normalised: a path with empty, `.` or `..` parts, backslashes or control characters,
 * plain or encoded, is bad.
 *
 * @param isMounted - the base may have been taken off already
 */
export function readTarget(target: string, basePath: string, isMounted: boolean): Target | TargetProblem {
  const [path, query] = splitOnce(target, '?');
  const below = belowBase(path, basePath) ?? (isMounted ? path : undefined);
  if (below === undefined) return 'outside';
  if (target.length > MOST_LENGTH) return 'long';
  if (below !== '' && !below.startsWith('/')) return 'bad';
  const trimmed = below.replace(/\/$/, '');
  const parts = trimmed === '' ? [] : trimmed.slice(1).split('/').map(decodePart);
  if (parts.length > MOST_PARTS || !parts.every((part) => part !== undefined)) return 'bad';
  return { parts, query: new URLSearchParams(query) };
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function belowBase(path: string, basePath: string): string | undefined {
  if (!path.startsWith(basePath)) return undefined;
  const rest = path.slice(basePath.length);
  return rest === '' || rest.startsWith('/') ? rest : undefined;
}

// Control characters, and what file systems take for a border between names.
// oxlint-disable-next-line no-control-regex
const FOREIGN = /[\u0000-\u001f\u007f/\\]/;

function decodePart(part: string): string | undefined {
  let text: string;
  try {
    text = decodeURIComponent(part);
  } catch {
    return undefined;
  }
  return text === '' || text === '.' || text === '..' || FOREIGN.test(text) ? undefined : text;
}
