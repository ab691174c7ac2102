import { observeMajors } from './gc.ts';

/** What a retention watcher has to hear of this process. */
export interface WatchDoor {
  /** Calls `onMajor` soon after major collections, late ones too; returns what ends it. `null` where none are told. */
  observeMajors(onMajor: () => void): (() => void) | null;
}

/** Bun lists `gc` among its entries and never sends one. */
const isTold = process.versions['bun'] === undefined && process.versions.v8 !== undefined;

/** The real process. */
export const systemWatchDoor: WatchDoor = {
  observeMajors: (onMajor) => (isTold ? observeMajors(onMajor, Number.POSITIVE_INFINITY) : null),
};
