import type { Alert } from '../../base/alert.ts';

/** Something about a cache that its owner should know. */
export interface CacheAlert extends Alert {
  /** The cache's name, if it has one. */
  readonly cache: string | undefined;
}
