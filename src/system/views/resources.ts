/** `resources`: what scopes hold open, by kind, name and age. */
import { type EntryInfo, openScopes, REMEDIES, type Scope } from '../../scope/index.ts';
import { isRoot, readScopes } from '../metrics/figures.ts';
import { countResources } from '../../runtime/index.ts';
import { viewOf } from './part.ts';

const LISTED = 100;
const MOST_LISTED = 1_000;
/** With more open than this in one scope, its entries are counted and not listed one by one. */
const MOST_WALKED = 20_000;
const GROUPS = 50;

/** What is open, the oldest first; `limit` entries, and of one kind when `kind` says so. */
export function readResources(query: URLSearchParams): object {
  const limit = Math.min(MOST_LISTED, Math.max(0, Math.trunc(Number(query.get('limit') ?? LISTED)) || 0));
  const kind = query.get('kind');
  const scopes = openScopes().filter(isRoot);
  const walked = scopes.filter((scope) => scope.stats().open <= MOST_WALKED);
  const entries = walked.flatMap(entriesOf).filter((entry) => kind === null || entry.kind === kind);
  return {
    scopes: readScopes(),
    notListed: scopes.length - walked.length,
    groups: groupsOf(entries),
    oldest: entries
      .sort((a, b) => b.ageMs - a.ageMs)
      .slice(0, limit)
      .map((entry) => ({ ...entry, stack: entry.stack ?? null, remedy: REMEDIES[entry.kind] })),
    runtime: viewOf(countResources),
  };
}

function entriesOf(scope: Scope): EntryInfo[] {
  return scope.list().filter(({ kind }) => kind !== 'scope');
}

/** The largest groups of one kind and name. */
function groupsOf(entries: readonly EntryInfo[]): object[] {
  const groups = new Map<string, { kind: string; name: string | null; count: number; oldestMs: number }>();
  for (const { kind, name, ageMs } of entries) {
    const key = `${kind}\n${name ?? ''}`;
    const group = groups.get(key) ?? { kind, name: name ?? null, count: 0, oldestMs: 0 };
    group.count++;
    group.oldestMs = Math.max(group.oldestMs, ageMs);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, GROUPS);
}
