/**
 * Where an entry was given to its scope: a creation stack, kept unformatted until somebody reads it.
 *
 * **Cost:** 5-20 us for each that is taken. `sampled` takes one in 1,021, and the first of every kind or name, so that
 * whatever piles up can be traced to a line at next to no cost.
 */
import type { EntryKind, Trace } from './entry.ts';

export type { Trace } from './entry.ts';

/** For which entries the stack is recorded. */
export type TraceMode = 'all' | 'sampled' | 'off';

/** A prime: of requests that are all alike, it is not the same entry that is met each time. */
const SAMPLE_EVERY = 1021;
const FRAMES = 8;
/** Names beyond these are sampled only: a program may make up a name for each request. */
const MOST_NAMES = 1000;

const seen: Set<string> = new Set();
/** The two names met last: a request that opens one thing asks for no others, and a look into the set costs more. */
let last = '';
let lastBefore = '';
let sinceLast = 0;

function isFirst(name: string): boolean {
  if (name === last || name === lastBefore) return false;
  lastBefore = last;
  last = name;
  if (seen.has(name) || seen.size >= MOST_NAMES) return false;
  seen.add(name);
  return true;
}

/** Whether the stack of this entry is to be recorded. */
export function isTraced(mode: TraceMode, kind: EntryKind, name: string | undefined): boolean {
  if (mode !== 'sampled') return mode === 'all';
  if (++sinceLast < SAMPLE_EVERY && !isFirst(name ?? kind)) return false;
  sinceLast = 0;
  return true;
}

/** The stack above the call of `above`, a method or a class. */
export function traceAbove(above: unknown): Trace {
  const trace: Trace = {};
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = FRAMES;
    try {
      Error.captureStackTrace(trace, above as () => void);
    } finally {
      Error.stackTraceLimit = limit;
    }
  } catch {
    // The program has frozen its built-in objects: it goes without stacks.
  }
  return trace;
}
