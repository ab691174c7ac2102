/** Things with one method that ends them: file handles and directories, watchers, observers, histograms. */
import type { StatWatcher } from 'node:fs';
import type { EntryKind, EntryOptions } from '../entry.ts';
import { hasMethods, WatchingEntry } from './events.ts';
import { wrongKind } from './kind.ts';

/** A `FileHandle` or a `Dir` of `node:fs`. */
export interface FileLike {
  close(): unknown;
}

/** A watcher of `node:fs` or of a package of the same form. */
export type WatcherLike = { close(): unknown } | { stop(): unknown } | StatWatcher;

/** A `PerformanceObserver`, an event-loop-delay histogram, or anything of the same form. */
export type ObserverLike = { disconnect(): unknown } | { disable(): unknown };

class ClosableEntry extends WatchingEntry<object> {
  readonly #kind: EntryKind;
  readonly #method: string;

  constructor(value: object, kind: EntryKind, method: string, options?: EntryOptions) {
    super(value, method === 'stop' ? 'stop' : 'close', options);
    this.#kind = kind;
    this.#method = method;
  }

  get kind(): EntryKind {
    return this.#kind;
  }

  end(): unknown {
    const value = this.value as Record<string, () => unknown>;
    const pending = value[this.#method]!();
    return pending instanceof Promise ? pending.catch(passUnlessClosed) : undefined;
  }
}

/** A directory that was read to its end has closed itself. */
function passUnlessClosed(error: unknown): void {
  if ((error as NodeJS.ErrnoException | undefined)?.code !== 'ERR_DIR_CLOSED') throw error;
}

function makeClosable(
  value: unknown,
  kind: EntryKind,
  methods: readonly string[],
  wanted: string,
  options?: EntryOptions,
): ClosableEntry {
  const method = methods.find((name) => hasMethods(value, name));
  if (method === undefined) throw wrongKind(kind, wanted, value);
  return new ClosableEntry(value as object, kind, method, options);
}

/** The entry for a file handle or a directory. */
export function fileEntry(file: unknown, options?: EntryOptions): ClosableEntry {
  return makeClosable(file, 'file', ['close'], 'a FileHandle or a Dir', options);
}

/** The entry for a watcher. */
export function watcherEntry(watcher: unknown, options?: EntryOptions): ClosableEntry {
  return makeClosable(watcher, 'watcher', ['close', 'stop'], 'a watcher with close() or stop()', options);
}

/** The entry for an observer or a histogram. */
export function observerEntry(observer: unknown, options?: EntryOptions): ClosableEntry {
  const wanted = 'an observer with disconnect() or a histogram with disable()';
  return makeClosable(observer, 'observer', ['disconnect', 'disable'], wanted, options);
}
