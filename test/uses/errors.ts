/** A program that uses `plimsoll/errors`. */
import {
  ERROR_CODES,
  FileError,
  isPlimsollError,
  PlimsollError,
  SnapshotFormatError,
  WARNING_CODES,
} from 'plimsoll/errors';

function read(): never {
  throw new SnapshotFormatError('PLIM_ERR_SNAPSHOT_FORMAT', 'It is no heap snapshot.', 12);
}

function offsetOfFailure(): number {
  try {
    return read();
  } catch (error) {
    return error instanceof SnapshotFormatError && isPlimsollError(error, 'PLIM_ERR_SNAPSHOT_FORMAT')
      ? error.offset
      : -1;
  }
}

export function use(): Record<string, boolean> {
  return {
    'a class narrows to its own facts': offsetOfFailure() === 12,
    'the base class is that of all': new FileError('PLIM_ERR_FILE_UNREADABLE', '') instanceof PlimsollError,
    'codes come with a sentence':
      ERROR_CODES.PLIM_ERR_FILE_UNREADABLE.endsWith('.') && 'PLIM_WARN_WATCH_LOST' in WARNING_CODES,
  };
}
