/** `plimsoll/watch`: objects that should be gone, and are not. */
export type { WatchedGroup } from './group.ts';
export type { RetentionWatcherOptions } from './options.ts';
export {
  type ExpectOptions,
  type RetentionEvents,
  RetentionWatcher,
  type WatchedChange,
  type WatcherStatus,
} from './watcher.ts';
