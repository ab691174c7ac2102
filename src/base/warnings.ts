/** Every warning code with the sentence that `docs/errors.md` explains at length. A code is never reused. */
export const WARNING_CODES = {
  PLIM_WARN_SNAPSHOT_REFUSED: 'A snapshot was left out: it would need more memory, disk or time than is allowed.',
  PLIM_WARN_SNAPSHOT_FAILED: 'A snapshot was begun and not finished.',
  PLIM_WARN_SNAPSHOT_PARTIAL: 'A snapshot was cut off after its graph; names in it may be missing.',
  PLIM_WARN_NEAR_LIMIT: 'A snapshot near the heap limit was asked for and is not to be had.',
  PLIM_WARN_WATCH_LOST: 'The watch inside the program stopped reporting.',
  PLIM_WARN_OUTPUT_LOST: 'A report or an evidence file could not be written.',
  PLIM_WARN_DRIVE_FAILED: 'The command that drives the load failed.',
  PLIM_WARN_SCOPE_FAILED: 'A scope could not end something, and nobody was waiting to be told.',
  PLIM_WARN_SCOPE_ABANDONED: 'A scope was collected with something still open in it.',
  PLIM_WARN_SHUTDOWN_DEADLINE: 'The deadline of the shutdown is later than the platform waits.',
  PLIM_WARN_SHUTDOWN_SETTINGS: 'Two parts of the process want its shutdown set up differently.',
  PLIM_WARN_ENVIRONMENT_INVALID: 'A variable of the environment has a value outside its rule.',
  PLIM_WARN_LISTENER_FAILED: 'A function that listens to an event threw.',
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
  PLIM_WARN_MONITOR_FAILED: 'Something that a monitor calls has failed.',
  PLIM_WARN_HEAP_LEVEL: 'The heap is near its limit.',
  PLIM_WARN_CONTAINER_LEVEL: 'The container is near its memory limit.',
  PLIM_WARN_MEMORY_PRESSURE: 'Work waits for memory.',
  PLIM_WARN_GC_PRESSURE: 'Collections take a large share of the time.',
  PLIM_WARN_HEAP_GROWTH: 'What is left of the heap after collections grows without end.',
  PLIM_WARN_EXTERNAL_GROWTH: 'What objects hold outside the heap grows without end.',
  PLIM_WARN_NATIVE_GROWTH: 'Memory that no JavaScript object holds grows without end.',
  PLIM_WARN_HANDLE_GROWTH: 'Open handles of one kind grow without end.',
  PLIM_WARN_LISTENER_GROWTH: 'Listeners on one kind of emitter grow without end.',
  PLIM_WARN_MEMORY_BUDGET: 'A part of the program is near its budget.',
  PLIM_WARN_MEMORY_LIMITS: "The heap's limit and the container's do not go together.",
  PLIM_WARN_LOAD_LINE_SHORT: 'The caches could not give back as much as the load line asked for.',
  PLIM_WARN_SESSION_BUDGET: 'A session has used most of its budget, or all of it.',
  PLIM_WARN_SESSION_TOTAL: 'The sessions of a broker have used most of what they may have together.',
  PLIM_WARN_SESSION_FAILED: 'A session did not end as it should, and nobody was waiting to be told.',
  PLIM_WARN_SESSION_WORKER: 'The worker of an isolated session ended before its session.',
  PLIM_WARN_POOL_FAILED: 'A pool or a lazy value could not end something, and nobody was waiting to be told.',
  PLIM_WARN_TIER_DOWN: 'The second tier of a cache does not answer, or its writes are not heard of.',
  PLIM_WARN_TIER_VALUE: 'A second tier holds something that is no value of its cache, or did not take one.',
  PLIM_WARN_SYSTEM_PART: 'Something that the system API was handed could not be asked.',
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
