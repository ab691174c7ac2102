import { messageOf } from '../../base/errors.ts';
import type { ErrorOrigin } from '../../runtime/index.ts';

/** Why a process shuts down. */
export type ShutdownCause =
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'error'; readonly error: unknown; readonly origin: ErrorOrigin }
  /** A parent's message. */
  | { readonly kind: 'message'; readonly message: string }
  /** The program's own call. */
  | { readonly kind: 'call'; readonly reason: string }
  /** The event loop ran empty. */
  | { readonly kind: 'idle' };

/** A cause in a few words. */
export function describeCause(cause: ShutdownCause): string {
  switch (cause.kind) {
    case 'signal':
      return cause.signal;
    case 'error':
      return `${cause.origin}: ${messageOf(cause.error)}`;
    case 'message':
      return `the message '${cause.message}'`;
    case 'call':
      return cause.reason;
    default:
      return 'the end of the program';
  }
}
