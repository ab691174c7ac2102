import type { Warning } from '../../base/warnings.ts';
import type { Death } from '../death.ts';
import type { OpenCounts } from '../trend/index.ts';
import type { Floor, Hello, Resources } from '../wire.ts';

/** A snapshot that is whole, on disk. */
export interface Shot {
  readonly file: string;
  /** Ms since the thread's start, our own pauses taken off. */
  readonly at: number;
  /** Rounds of the driven load that were done, when the load is driven. */
  readonly round?: number;
  readonly pauseMs: number;
  readonly fileBytes: number;
  /** RSS that writing it added to the process, bytes. */
  readonly rssAdded: number;
}

/** The end of one round of a driven load. */
export interface Round {
  /** From 1; warm-up rounds count. */
  readonly number: number;
  readonly warmup: boolean;
  /** Ms since the thread's start, our own pauses taken off. */
  readonly at: number;
  /** What was open then, by kind: handles, and of a main thread `descriptors` and `threads` of its process. */
  readonly open?: Readonly<Record<string, number>>;
}

/** Everything known of one thread of a watched program: what a verdict is made from. */
export interface Evidence {
  readonly process: Hello;
  /** In order of time. */
  readonly floors: readonly Floor[];
  readonly resources: readonly Resources[];
  /** Descriptors and threads of the process, in order of time; empty where the system does not tell. */
  readonly openCounts: readonly OpenCounts[];
  /** In order of time. */
  readonly shots: readonly Shot[];
  /** Sampling heap profiles, in order of time. */
  readonly profiles: readonly { readonly file: string; readonly at: number }[];
  /** Files of source maps that exist only inside the program. */
  readonly scriptMaps: readonly string[];
  /** Empty unless the load was driven. */
  readonly rounds: readonly Round[];
  readonly warnings: readonly Warning[];
  /** Only where the thread's process died of memory. */
  readonly death?: Death;
  /** Ms since the thread's start at the last sign of life. */
  readonly endedAt: number;
}
