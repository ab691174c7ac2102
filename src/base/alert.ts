import type { WarningCode } from './warnings.ts';

/** `critical`: something is lost, or had to be done about it. */
export type AlertLevel = 'warning' | 'critical';

/** How something is: the level of the worst alert that lasts, or `ok`. */
export type Level = 'ok' | AlertLevel;

/** Something that the owner of a part should know. */
export interface Alert {
  readonly level: AlertLevel;
  /** What it is about; `docs/errors.md` says more. */
  readonly code: WarningCode;
  /** What is the matter, and what to do. */
  readonly message: string;
  /** When, in ms since 1970. */
  readonly at: number;
}
