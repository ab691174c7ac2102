/** `plimsoll/errors`: the classes, the codes, and the guard that works across copies of the package. */
export {
  AuditError,
  DisposedError,
  ERROR_CODES,
  type ErrorCode,
  FileError,
  isPlimsollError,
  KindError,
  LoadError,
  OptionsError,
  PlimsollError,
  ProgramError,
  SnapshotError,
  SnapshotFormatError,
  TimeoutError,
} from './base/errors.ts';
export { WARNING_CODES, type Warning, type WarningCode } from './base/warnings.ts';
