/**
 * Leaks that are there already and accepted for now: a file that is kept with the sources, so that a suite can be
 * adopted as it is and only what is new fails. An entry says why, and until when.
 */
import fs from 'node:fs';
import path from 'node:path';
import { FileError, LeakError, messageOf, systemCodeOf } from '../../base/errors.ts';

export interface AcceptedLeak {
  /** Stable over restarts and line changes. */
  readonly fingerprint: string;
  /** What it was when it was accepted, for whoever reads the file. */
  readonly sentence: string;
  readonly reason: string;
  /** Last day on which it is ignored, `2026-12-31`; without it there is none. */
  readonly expires?: string;
}

interface BaselineFile {
  readonly version: 1;
  readonly leaks: readonly AcceptedLeak[];
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The accepted leaks of a file; none when it does not exist.
 *
 * @throws {LeakError} `PLIM_ERR_LEAK_BASELINE` when the file is something else
 * @throws {FileError} `PLIM_ERR_FILE_UNREADABLE`
 */
export function readBaseline(file: string): readonly AcceptedLeak[] {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return [];
    throw new FileError('PLIM_ERR_FILE_UNREADABLE', `The accepted leaks cannot be read: ${messageOf(cause)}.`, {
      cause,
    });
  }
  const problem = problemOf(text);
  if (typeof problem !== 'string') return problem.leaks;
  throw new LeakError('PLIM_ERR_LEAK_BASELINE', `Expected \`${file}\` to hold accepted leaks, but ${problem}.`, []);
}

function problemOf(text: string): BaselineFile | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return `it is no JSON (${messageOf(error)})`;
  }
  const found = parsed as Partial<BaselineFile> | null;
  if (typeof found !== 'object' || found === null || found.version !== 1) return 'its `version` is not 1';
  if (!Array.isArray(found.leaks)) return '`leaks` is no list';
  const at = found.leaks.findIndex((leak) => !isAccepted(leak));
  if (at < 0) return found as BaselineFile;
  return `\`leaks[${at}]\` lacks a \`fingerprint\` or a \`reason\`, or its \`expires\` is no day such as 2026-12-31`;
}

function isAccepted(value: unknown): value is AcceptedLeak {
  const leak = value as Partial<AcceptedLeak> | null;
  return (
    typeof leak === 'object' &&
    leak !== null &&
    typeof leak.fingerprint === 'string' &&
    typeof leak.reason === 'string' &&
    leak.reason !== '' &&
    (leak.expires === undefined || (typeof leak.expires === 'string' && isDay(leak.expires)))
  );
}

/** Today by universal time, `2026-12-31`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Whether `text` is a day such as `2026-12-31`. */
export function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text));
}

/** Whether the entry no longer counts on `day`. */
export function isExpired({ expires }: AcceptedLeak, day: string): boolean {
  return expires !== undefined && day > expires;
}

/** What a new entry says beside the leak itself. */
export interface Acceptance {
  /** Default: that it was there on that day. */
  readonly reason?: string | undefined;
  readonly expires?: string | undefined;
}

/**
 * Adds leaks to the file, in place of older entries with the same fingerprint, whose reason and day are kept unless
 * others are given.
 *
 * @throws {FileError} `PLIM_ERR_FILE_UNWRITABLE`; the old file is whole then
 */
export function addToBaseline(
  file: string,
  leaks: readonly Pick<AcceptedLeak, 'fingerprint' | 'sentence'>[],
  day: string,
  acceptance: Acceptance = {},
): void {
  const all = new Map(readBaseline(file).map((accepted) => [accepted.fingerprint, accepted]));
  for (const { fingerprint, sentence } of leaks) {
    const known = all.get(fingerprint);
    const reason = acceptance.reason ?? known?.reason ?? `It was there on ${day}.`;
    const expires = acceptance.expires ?? known?.expires;
    all.set(fingerprint, { fingerprint, sentence, reason, ...(expires === undefined ? {} : { expires }) });
  }
  const sorted = [...all.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const content: BaselineFile = { version: 1, leaks: sorted };
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.partial`);
  try {
    fs.writeFileSync(partial, `${JSON.stringify(content, null, 2)}\n`);
    fs.renameSync(partial, file);
  } catch (cause) {
    fs.rmSync(partial, { force: true });
    throw new FileError('PLIM_ERR_FILE_UNWRITABLE', `The accepted leaks cannot be written: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

/** How found leaks and a file of accepted ones compare. */
export interface AgainstBaseline {
  /** Entries that excuse a leak that was found. */
  readonly excusing: readonly AcceptedLeak[];
  /** Entries of leaks that were found, whose day has passed: they excuse nothing. */
  readonly expired: readonly AcceptedLeak[];
  /** Entries of leaks that were not found. */
  readonly unused: readonly AcceptedLeak[];
}

export function againstBaseline(
  found: ReadonlySet<string>,
  accepted: readonly AcceptedLeak[],
  day: string,
): AgainstBaseline {
  const used = accepted.filter(({ fingerprint }) => found.has(fingerprint));
  return {
    excusing: used.filter((entry) => !isExpired(entry, day)),
    expired: used.filter((entry) => isExpired(entry, day)),
    unused: accepted.filter(({ fingerprint }) => !found.has(fingerprint)),
  };
}
