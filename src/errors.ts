/** `plimsoll/errors`: the classes, the codes, and the guard that works across copies of the package. */
export {
  ERROR_CODES,
  type ErrorCode,
  FileError,
  isPlimsollError,
  OptionsError,
  PlimsollError,
  ProgramError,
  SnapshotError,
  SnapshotFormatError,
} from './base/errors.ts';
export { WARNING_CODES, type Warning, type WarningCode } from './base/warnings.ts';
