/** The stages of a shutdown, and what takes part in them. */
import type { ShutdownCause } from './cause.ts';

/**
 * In this order: the process says that it is not ready any more; servers drain; work in hand is waited for; what is owned
 * is closed.
 */
export const PHASES = ['notReady', 'drain', 'work', 'close'] as const;

export type Phase = (typeof PHASES)[number];

/** Where a process is on its way: up, in a phase, or through with all of them. */
export type ShutdownState = 'running' | Phase | 'ended';

/** What a hook is told. */
export interface PartContext {
  readonly cause: ShutdownCause;
  /** Aborts when the time of this hook is over; nobody waits for it any longer. */
  readonly signal: AbortSignal;
  /** Ms until then. */
  readonly timeLeft: () => number;
}

/** What a hook does; it may take its time. */
export type PartRun = (context: PartContext) => unknown;

export type PartState = 'waiting' | 'running' | 'done' | 'failed' | 'late';

export type PartKind = 'hook' | 'server' | 'resource';

/** One thing to do in one phase. */
export interface Part {
  readonly phase: Phase;
  readonly kind: PartKind;
  readonly name: string;
  /** Ms; `Infinity` leaves it to the phase. */
  readonly timeoutMs: number;
  readonly run: PartRun;
  /** What it is about, in a few words, for whoever waits. */
  readonly detail?: () => string | undefined;
  state: PartState;
  /** On the steady clock; 0 before it starts. */
  startedAt: number;
  ms: number;
  error?: unknown;
}

/** A piece of work in hand. */
export interface HeldWork {
  readonly reason: string;
  /** On the steady clock. */
  readonly since: number;
}

/** Something that a shutdown waits for, or would, as plain data. */
export interface LivePart {
  readonly phase: Phase;
  readonly kind: PartKind | 'hold';
  readonly name: string;
  readonly state: PartState;
  /** Ms since it started; of a hold, since it was taken. */
  readonly ms: number;
  readonly detail: string | undefined;
}
