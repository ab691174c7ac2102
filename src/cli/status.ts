/** How a command of ours ends: the exit status and the one line that says why. */
import { isPlimsollError, messageOf, type ErrorCode } from '../base/errors.ts';

/** Exit statuses of the command line; those of a watched program pass through unchanged. */
export const STATUS = {
  fine: 0,
  /** Plimsoll itself failed, or could not write what it was asked for. */
  failure: 1,
  /** Unknown command or option, bad value, input that cannot be read or understood. */
  usage: 2,
  /** A leak was found: by the audit, or by a run with `--fail-on`. */
  leak: 3,
  /** The program exists and cannot be started. */
  unstartable: 126,
  /** The program does not exist. */
  missing: 127,
  /** Added to the number of the signal that ended the program. */
  signal: 128,
} as const;

const STATUS_BY_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  PLIM_ERR_OPTION_INVALID: STATUS.usage,
  PLIM_ERR_OPTION_UNKNOWN: STATUS.usage,
  PLIM_ERR_SNAPSHOT_FORMAT: STATUS.usage,
  PLIM_ERR_SNAPSHOT_TRUNCATED: STATUS.usage,
  PLIM_ERR_SNAPSHOT_UNRELATED: STATUS.usage,
  PLIM_ERR_FILE_UNREADABLE: STATUS.usage,
  PLIM_ERR_FILE_UNWRITABLE: STATUS.usage,
  PLIM_ERR_AUDIT_ENGINE: STATUS.usage,
  PLIM_ERR_AUDIT_BASELINE: STATUS.usage,
  PLIM_ERR_LEAK_BASELINE: STATUS.usage,
  PLIM_ERR_PROGRAM_MISSING: STATUS.missing,
  PLIM_ERR_PROGRAM_FOREIGN: STATUS.unstartable,
  PLIM_ERR_PROGRAM_START: STATUS.unstartable,
};

/** The exit status for anything that was thrown. */
export function statusOf(thrown: unknown): number {
  return isPlimsollError(thrown) ? (STATUS_BY_CODE[thrown.code] ?? STATUS.failure) : STATUS.failure;
}

/** `plimsoll: <message> (<CODE>)`, on one line whatever the message holds. */
export function errorLine(thrown: unknown): string {
  const message = messageOf(thrown)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
  return isPlimsollError(thrown) ? `plimsoll: ${message} (${thrown.code})` : `plimsoll: ${message}`;
}
