/** What a baseline makes of a report: which leaks are accepted, which entries have had their day. */
import {
  type AcceptedLeak,
  addToBaseline,
  againstBaseline,
  type LeakReport,
  readBaseline,
  type ReportedSuspect,
} from '../../diagnose/report/index.ts';
import type { BaselineOptions } from './options.ts';

/** The leaks among the suspects; where there is none, whatever is suspected. */
export function leaksOf({ suspects }: LeakReport): readonly ReportedSuspect[] {
  const leaks = suspects.filter(({ kind }) => kind === 'leak');
  return leaks.length > 0 ? leaks : suspects;
}

/** Whether all that the verdict rests on is accepted. */
export function isAccepted(report: LeakReport): boolean {
  const leaks = leaksOf(report);
  return leaks.length > 0 && leaks.every(({ accepted }) => accepted !== undefined);
}

/**
 * The report with its accepted leaks marked. The file is written first where it is to be updated.
 *
 * @throws {FileError} `PLIM_ERR_FILE_UNWRITABLE`
 */
export function applyBaseline(report: LeakReport, options: BaselineOptions, day: string): LeakReport {
  if (options.update) {
    const { reason, expires } = options;
    addToBaseline(options.file, leaksOf(report), day, { reason, expires });
  }
  const found = new Set(report.suspects.map(({ fingerprint }) => fingerprint));
  const { excusing, expired, unused } = againstBaseline(found, readBaseline(options.file), day);
  const entries = new Map(excusing.map((entry) => [entry.fingerprint, entry]));
  return {
    ...report,
    suspects: report.suspects.map((suspect) => withEntry(suspect, entries.get(suspect.fingerprint))),
    baseline: { file: options.file, expired, unused },
  };
}

function withEntry(suspect: ReportedSuspect, entry: AcceptedLeak | undefined): ReportedSuspect {
  if (entry === undefined) return suspect;
  const { reason, expires } = entry;
  return { ...suspect, accepted: { reason, ...(expires === undefined ? {} : { expires }) } };
}
