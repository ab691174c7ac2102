import type { ShutdownCause } from './cause.ts';
import type { ExitPolicy } from './options.ts';

/** How the process ends. */
export type Ending =
  | { readonly how: 'stay'; readonly status: number | undefined }
  /** `undefined`: the status that the program has set, or 0. */
  | { readonly how: 'exit'; readonly status: number | undefined }
  | { readonly how: 'signal'; readonly signal: NodeJS.Signals };

/** What a policy makes of a shutdown that is over. */
export function decideEnding(
  policy: ExitPolicy,
  cause: ShutdownCause,
  isClean: boolean,
  statusOf: (signal: NodeJS.Signals) => number,
): Ending {
  // It would have ended the process without us as well.
  if (cause.kind === 'error') return { how: 'exit', status: 1 };
  if (policy === 'none') return { how: 'stay', status: isClean ? undefined : 1 };
  if (!isClean) return { how: 'exit', status: 1 };
  if (cause.kind === 'idle') return { how: 'stay', status: undefined };
  if (policy === 'zero') return { how: 'exit', status: 0 };
  if (cause.kind !== 'signal') return { how: 'exit', status: undefined };
  return policy === 'code' ? { how: 'exit', status: statusOf(cause.signal) } : { how: 'signal', signal: cause.signal };
}
