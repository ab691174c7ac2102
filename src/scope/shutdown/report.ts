import type { ShutdownCause } from './cause.ts';
import type { LivePart, Part, Phase } from './phases.ts';

/** How one part went. */
export interface PartReport {
  readonly phase: Phase;
  readonly kind: Part['kind'];
  readonly name: string;
  /** `late`: it had not ended when its time was over; `waiting`: its turn never came. */
  readonly state: Part['state'];
  readonly ms: number;
  /** What it threw, or a `TimeoutError`. */
  readonly error?: unknown;
}

/** How a shutdown went. */
export interface ShutdownReport {
  readonly cause: ShutdownCause;
  /** No error, nothing late, nothing left undone. */
  readonly isClean: boolean;
  /** Whether the deadline ended it. */
  readonly isOverdue: boolean;
  /** Whole length, ms. */
  readonly ms: number;
  /** Length of each phase that was entered, ms. */
  readonly phases: readonly { readonly phase: Phase; readonly ms: number }[];
  readonly parts: readonly PartReport[];
  /** Work in hand that was not waited for any longer. */
  readonly held: readonly LivePart[];
  /** Everything that was thrown on the way. */
  readonly errors: readonly unknown[];
}

/** What happens on the way, for those who want to follow it. */
export type ShutdownEvent =
  | { readonly type: 'phase'; readonly phase: Phase; readonly cause: ShutdownCause }
  | { readonly type: 'failed'; readonly name: string; readonly error: unknown }
  | { readonly type: 'deadline'; readonly live: readonly LivePart[] }
  | { readonly type: 'again'; readonly signal: NodeJS.Signals; readonly live: readonly LivePart[] }
  | { readonly type: 'ended'; readonly report: ShutdownReport };
