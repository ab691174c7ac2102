/** Whether a program died of memory, by what is known of its end from outside. */
import { formatBytes } from '../base/units.ts';

/** What a program died of: V8's limit of the heap, the limit of its container, or a machine without memory. */
export type DeathCause = 'heap-limit' | 'container' | 'machine';

export interface Death {
  readonly cause: DeathCause;
  /** Whether the figures prove it; else they make it likely. */
  readonly isCertain: boolean;
  /** One sentence with the figures. */
  readonly sentence: string;
}

/** What is known of a thread that said nothing of its end. */
export interface EndFacts {
  /** The signal that ended it; `null` when nobody knows. */
  readonly signal: 'SIGABRT' | 'SIGKILL' | null;
  /** Processes that the system killed for want of memory meanwhile. */
  readonly oomKills: { readonly container: number; readonly machine: number };
  /** JS heap at the last floor, bytes; 0 without any. */
  readonly heapBytes: number;
  /** Most that the JS heap may have had at the last look from outside, bytes; 0 when unknown. */
  readonly residentHeapBytes: number;
  /** What may survive a collection before V8 ends the program, bytes. */
  readonly limitBytes: number;
  /** The container's or the machine's limit, bytes; `null` when unknown. */
  readonly memoryLimitBytes: number | null;
  /** Whether V8 has left the snapshot that it writes near its limit. */
  readonly hasNearLimitShot: boolean;
}

/** A heap this near to its limit may pass it before the next floor. */
const NEAR = 0.75;

/** `undefined` for an end that memory has no visible part in. */
export function judgeDeath(facts: EndFacts): Death | undefined {
  const { signal, oomKills } = facts;
  if (signal !== 'SIGABRT') {
    if (oomKills.container > 0) return ofContainer(facts);
    if (oomKills.machine > 0) return ofMachine();
  }
  if (signal === 'SIGKILL') return undefined;
  return isAtHeapLimit(facts) ? ofHeapLimit(facts) : undefined;
}

function isAtHeapLimit({ signal, heapBytes, residentHeapBytes, limitBytes, hasNearLimitShot }: EndFacts): boolean {
  if (hasNearLimitShot) return true;
  // What is resident may be anything: without an abort it proves nothing.
  return Math.max(heapBytes, signal === null ? 0 : residentHeapBytes) >= limitBytes * NEAR;
}

function ofHeapLimit({ signal, heapBytes, residentHeapBytes, limitBytes, hasNearLimitShot }: EndFacts): Death {
  const seen =
    heapBytes >= limitBytes * NEAR || residentHeapBytes === 0
      ? `${formatBytes(heapBytes)} at the last collection that was seen`
      : `about ${formatBytes(Math.min(limitBytes, residentHeapBytes))} when it was last looked at`;
  const isCertain = signal === 'SIGABRT';
  const limit = `the limit of its JavaScript heap (${formatBytes(limitBytes)}; ${seen})`;
  return {
    cause: 'heap-limit',
    isCertain,
    sentence: isCertain
      ? `The program died of memory: V8 ended it (SIGABRT) at ${limit}.`
      : `The program seems to have died of memory: it ended without a word ${hasNearLimitShot ? 'after it was near' : 'near'} ${limit}.`,
  };
}

function ofContainer({ signal, memoryLimitBytes }: EndFacts): Death {
  const limit = memoryLimitBytes === null ? '' : ` (${formatBytes(memoryLimitBytes)})`;
  return {
    cause: 'container',
    isCertain: signal === 'SIGKILL',
    sentence: `The program died of memory: the system killed it (SIGKILL) at the memory limit of its container${limit}; V8's own limit was not reached.`,
  };
}

function ofMachine(): Death {
  return {
    cause: 'machine',
    isCertain: false,
    sentence:
      'The program seems to have died of memory: it was killed while the system killed processes as the machine had no memory left.',
  };
}
