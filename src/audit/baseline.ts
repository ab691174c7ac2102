/** A baseline: the findings that a team knows of, so that only new ones count. */
import fs from 'node:fs';
import { AuditError, FileError, messageOf, systemCodeOf } from '../base/errors.ts';
import type { Finding } from './finding.ts';

/** What a baseline file holds. */
export interface Baseline {
  readonly version: 1;
  readonly findings: readonly { readonly fingerprint: string; readonly rule: string; readonly file: string }[];
}

/** The baseline of some findings, in an order that makes small differences. */
export function baselineOf(findings: readonly Finding[]): Baseline {
  const known = findings.map(({ fingerprint, rule, file }) => ({ fingerprint, rule, file }));
  return {
    version: 1,
    findings: known.sort((a, b) => (a.file + a.rule + a.fingerprint < b.file + b.rule + b.fingerprint ? -1 : 1)),
  };
}

/**
 * Reads a baseline file.
 *
 * @throws {@link FileError} `PLIM_ERR_FILE_UNREADABLE`, {@link AuditError} `PLIM_ERR_AUDIT_BASELINE`.
 */
export function readBaseline(file: string): Baseline {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const reason = systemCodeOf(error) ?? messageOf(error);
    throw new FileError('PLIM_ERR_FILE_UNREADABLE', `The baseline ${file} cannot be read: ${reason}.`, {
      cause: error,
    });
  }
  const content = parse(text);
  if (!isBaseline(content)) {
    throw new AuditError(
      'PLIM_ERR_AUDIT_BASELINE',
      `Expected ${file} to be a baseline of version 1; write one with --update-baseline.`,
    );
  }
  return content;
}

/** The findings that a baseline does not know, and how many of its own are no longer there. */
export function againstBaseline(
  findings: readonly Finding[],
  baseline: Baseline,
): { readonly added: Finding[]; readonly known: number; readonly gone: number } {
  const known = new Set(baseline.findings.map(({ fingerprint }) => fingerprint));
  const added = findings.filter(({ fingerprint }) => !known.has(fingerprint));
  const stillThere = findings.length - added.length;
  return { added, known: stillThere, gone: known.size - stillThere };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBaseline(value: unknown): value is Baseline {
  if (typeof value !== 'object' || value === null) return false;
  const { version, findings } = value as Partial<Record<keyof Baseline, unknown>>;
  return (
    version === 1 &&
    Array.isArray(findings) &&
    findings.every((one) => typeof (one as { fingerprint?: unknown } | null)?.fingerprint === 'string')
  );
}
