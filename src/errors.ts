/** `plimsoll/errors`: the classes, the codes, and the guard that works across copies of the package. */
export {
  AuditError,
  BudgetError,
  DisposedError,
  ERROR_CODES,
  type ErrorCode,
  FileError,
  isPlimsollError,
  KindError,
  LeakError,
  LoadError,
  OptionsError,
  PlimsollError,
  ProgramError,
  SessionError,
  SnapshotError,
  SnapshotFormatError,
  TierError,
  TimeoutError,
} from './base/errors.ts';
export { WARNING_CODES, type Warning, type WarningCode } from './base/warnings.ts';
