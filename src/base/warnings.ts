/** Every warning code with the sentence that `docs/errors.md` explains at length. A code is never reused. */
export const WARNING_CODES = {
  PLIM_WARN_SNAPSHOT_REFUSED: 'A snapshot was left out: it would need more memory, disk or time than is allowed.',
  PLIM_WARN_SNAPSHOT_FAILED: 'A snapshot was begun and not finished.',
  PLIM_WARN_SNAPSHOT_PARTIAL: 'A snapshot was cut off after its graph; names in it may be missing.',
  PLIM_WARN_WATCH_LOST: 'The watch inside the program stopped reporting.',
  PLIM_WARN_OUTPUT_LOST: 'A report or an evidence file could not be written.',
  PLIM_WARN_DRIVE_FAILED: 'The command that drives the load failed.',
  PLIM_WARN_SCOPE_FAILED: 'A scope could not end something, and nobody was waiting to be told.',
  PLIM_WARN_SCOPE_ABANDONED: 'A scope was collected with something still open in it.',
  PLIM_WARN_SHUTDOWN_DEADLINE: 'The deadline of the shutdown is later than the platform waits.',
  PLIM_WARN_SHUTDOWN_SETTINGS: 'Two parts of the process want its shutdown set up differently.',
  PLIM_WARN_ENVIRONMENT_INVALID: 'A variable of the environment has a value outside its rule.',
  PLIM_WARN_CACHE_CALLBACK: 'A function that a cache was given threw.',
  PLIM_WARN_CACHE_RESTORE: 'A cache could not restore a dump, or some of its entries.',
  PLIM_WARN_CACHE_FULL: 'A cache is nearly full.',
  PLIM_WARN_CACHE_THRASHING: 'A cache evicts most entries before they were ever used.',
  PLIM_WARN_CACHE_BYTES: 'A cache holds more bytes than its owner wanted to be told of.',
  PLIM_WARN_CACHE_REJECTED: 'A cache did not store an entry: too large, or everything else was in use.',
  PLIM_WARN_CACHE_DISPOSAL: 'A cache could not dispose of a value that has left it.',
  PLIM_WARN_CACHE_BACKLOG: 'A cache removes values faster than they are disposed of.',
  PLIM_WARN_CACHE_UNFINISHED: 'A closed cache did not dispose of all its values in time.',
  PLIM_WARN_CACHE_LEASE: 'A lease of a cache was not released in time.',
} as const;

export type WarningCode = keyof typeof WARNING_CODES;

/** Something that the user should know, and that did not stop the work. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
}

/** Receives warnings instead of the process. */
export type WarningSink = (warning: Warning) => void;

interface WarningProcess {
  readonly emitWarning?: (message: string, options: { type: string; code: string }) => void;
}

/**
 * Tells the user through the runtime's own warnings (`process.on('warning')` sees `code`), or through the console where
 * there are none. Never throws. Whoever warns sees to it that the same thing is said once.
 */
export function warn({ code, message }: Warning): void {
  const { process } = globalThis as { process?: WarningProcess };
  try {
    if (typeof process?.emitWarning === 'function') process.emitWarning(message, { type: 'PlimsollWarning', code });
    else console.warn(`PlimsollWarning [${code}]: ${message}`);
  } catch {
    // The user's own warning listener or console threw; a warning is not worth more trouble than that.
  }
}
