import type { WarningCode } from '../../base/warnings.ts';

/** `critical`: something is lost, or had to be done about it. */
export type AlertLevel = 'warning' | 'critical';

/** Something about a cache that its owner should know. */
export interface CacheAlert {
  readonly level: AlertLevel;
  /** What it is about; `docs/errors.md` says more. */
  readonly code: WarningCode;
  /** What is the matter, and what to do. */
  readonly message: string;
  /** When, in ms since 1970. */
  readonly at: number;
  /** The cache's name, if it has one. */
  readonly cache: string | undefined;
}
