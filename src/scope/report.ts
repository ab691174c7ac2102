/** What scopes hold and how their closing went, as plain data and as text. */
import { formatCount, formatDuration } from '../base/units.ts';
import { messageOf } from '../base/errors.ts';
import {
  describeEntry,
  type EntryFailure,
  type EntryInfo,
  type EntryKind,
  type EntryList,
  nameEntry,
} from './entry.ts';
import type { EndCause } from './settings.ts';

/** Figures of a scope and all scopes within it. */
export interface ScopeStats {
  /** Entries that are open, scopes not counted. */
  readonly open: number;
  readonly byKind: Readonly<Partial<Record<EntryKind, number>>>;
  /** Open scopes within it. */
  readonly scopes: number;
  /** Entries ever given to this scope itself. */
  readonly opened: number;
  /** Age of the oldest open entry, ms; `null` when nothing is open. */
  readonly oldestMs: number | null;
}

/** An open entry, and how to close it. */
export interface OpenEntry extends EntryInfo {
  readonly remedy: string;
}

/** How the closing of a scope went, or goes. */
export interface ClosingReport {
  /** Why it ends. */
  readonly cause: EndCause;
  /** How long it waited for its entries, ms; 0 when all of them ended at once. */
  readonly ms: number;
  /** Entries of the scope itself that were told to end. */
  readonly ended: number;
  /** What did not end as it should, in scopes within as well. */
  readonly failures: readonly EntryFailure[];
  /** The errors of `failures` alone. */
  readonly errors: readonly unknown[];
}

/** @see {@link Scope.report} */
export interface ScopeReport {
  readonly path: readonly string[];
  readonly state: 'open' | 'closing' | 'closed';
  readonly ageMs: number;
  readonly stats: ScopeStats;
  /** What is open, newest first. */
  readonly open: readonly OpenEntry[];
  /** `undefined` while the scope is open. */
  readonly closing: ClosingReport | undefined;
}

/** How to close what is open, for each kind. */
export const REMEDIES: Readonly<Record<EntryKind, string>> = {
  timeout: 'It ends when it fires; to take it back, call dispose() on what setTimeout() of the scope returned.',
  interval: 'Call dispose() on what setInterval() of the scope returned.',
  immediate: 'It ends at the next turn of the event loop; something blocks the loop when it does not.',
  listener: 'Call dispose() on what on() of the scope returned, or use { once: true } for a single event.',
  stream: 'Read it to its end, call end() on what is written to, or destroy() it; destroy both sides of a pipe.',
  file: 'Await its close().',
  watcher: 'Call its close().',
  abort: 'Call abort() on the controller, or take it out with disown().',
  process: 'Let it exit, or kill() it and wait for its exit event.',
  worker: 'Let it exit, or await its terminate().',
  server: 'Await drain(server), or call close() and end the connections that it keeps open.',
  observer: 'Call its disconnect() or disable(), and take it out with disown().',
  disposable: 'Call its dispose method, and take it out with disown().',
  adopted: 'It is ended by the function that it was adopted with; take it out with disown() if you ended it yourself.',
  deferred: 'It is called when the scope closes; take it out with disown() if it has become needless.',
  scope: 'Await its close(), or tie it to what it belongs to with endWith().',
};

/** Everything in `list`, newest first, what is within a scope right after that scope. */
export function listEntries(list: EntryList, now: number): EntryInfo[] {
  const found: EntryInfo[] = [];
  for (const entry of list) {
    found.push(describeEntry(entry, now));
    if (entry.within !== undefined) found.push(...listEntries(entry.within, now));
  }
  return found;
}

/** Counts what {@link listEntries} lists. */
export function countEntries(list: EntryList, now: number): ScopeStats {
  const byKind: Partial<Record<EntryKind, number>> = {};
  let open = 0;
  let scopes = 0;
  let oldestAt = Infinity;
  const count = (entries: EntryList): void => {
    for (const entry of entries) {
      if (entry.within === undefined) {
        open++;
        byKind[entry.kind] = (byKind[entry.kind] ?? 0) + 1;
        oldestAt = Math.min(oldestAt, entry.openedAt);
      } else {
        scopes++;
        count(entry.within);
      }
    }
  };
  count(list);
  return { open, byKind, scopes, opened: list.opened, oldestMs: open === 0 ? null : Math.max(0, now - oldestAt) };
}

/** A listed entry with its remedy. */
export function withRemedy(info: EntryInfo): OpenEntry {
  return { ...info, remedy: REMEDIES[info.kind] };
}

const FRAMES_SHOWN = 3;

function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** The newest frames of a stack that are not Node's own. */
function framesOf(stack: string | undefined): string[] {
  const frames = (stack ?? '').split('\n').map((line) => line.trim());
  return frames.filter((line) => line.startsWith('at ') && !line.includes('node:')).slice(0, FRAMES_SHOWN);
}

function formatOpen(entry: OpenEntry): string[] {
  const ending = entry.state === 'ending' ? ', ending' : '';
  const lines = [`  ${nameEntry(entry)}, ${formatDuration(entry.ageMs)} old${ending}`];
  return lines.concat(framesOf(entry.stack).map((frame) => `      ${frame}`));
}

/** A report as text for people: what is open, where it was opened, how to close it, and what failed. */
export function formatScopeReport({ path, state, ageMs, stats, open, closing }: ScopeReport): string {
  const within = stats.scopes === 0 ? '' : ` in it and ${countOf(stats.scopes, 'scope', 'scopes')} within`;
  const lines = [
    `Scope ${path.join(' > ')}: ${state}, ${formatDuration(ageMs)} old, ${countOf(stats.open, 'open entry', 'open entries')}${within}`,
  ];
  for (const entry of open) lines.push(...formatOpen(entry));
  for (const kind of new Set(open.map((entry) => entry.kind)))
    lines.push(`  How to close (${kind}): ${REMEDIES[kind]}`);
  if (closing !== undefined) {
    const { ms, ended, failures } = closing;
    lines.push(
      `  ${countOf(ended, 'entry', 'entries')} ended in ${formatDuration(ms)}, ${countOf(failures.length, 'failure', 'failures')}`,
    );
    for (const { entry, error } of failures) lines.push(`  ${nameEntry(entry)}: ${messageOf(error)}`);
  }
  return lines.join('\n');
}
