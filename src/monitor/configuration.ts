/** Whether the heap's limit and the container's go together: what to find out at the start and not at three in the morning. */
import type { AlertLevel } from '../base/alert.ts';
import { formatBytes } from '../base/units.ts';

/** How the limits of a process go together, with what to do. */
export interface ConfigurationFinding {
  readonly level: 'ok' | AlertLevel;
  readonly heapLimitBytes: number;
  /** `null` without a container limit. */
  readonly containerLimitBytes: number | null;
  /** Heap limit over container limit. */
  readonly ratio: number | null;
  readonly message: string;
  /** What to do; `null` when nothing is to be done. */
  readonly advice: string | null;
}

/** Below this share of the container the heap ends the program with half of the memory unused. */
const LOW = 0.45;
/** Above this one the kernel kills the process before V8 collects in earnest. */
const HIGH = 0.85;
const BEST = 0.75;
const MIB = 1024 * 1024;

/** Compares the two limits. */
export function judgeConfiguration(heapLimitBytes: number, containerLimitBytes: number | null): ConfigurationFinding {
  const figures = { heapLimitBytes, containerLimitBytes };
  const heap = formatBytes(heapLimitBytes);
  if (containerLimitBytes === null) {
    const message = `The heap may grow to ${heap}; no container limit is set.`;
    return { ...figures, level: 'ok', ratio: null, message, advice: null };
  }
  const ratio = heapLimitBytes / containerLimitBytes;
  const both = `The heap may grow to ${heap}, ${percent(ratio)} of the container's ${formatBytes(containerLimitBytes)}`;
  if (ratio >= 1) {
    const message = `${both}: the kernel kills the process before V8 sees any reason to collect in earnest.`;
    return { ...figures, level: 'critical', ratio, message, advice: setTo(containerLimitBytes) };
  }
  if (ratio > HIGH) {
    const message = `${both}: Buffers, code and stacks need the rest, and the kernel may kill the process first.`;
    return { ...figures, level: 'warning', ratio, message, advice: setTo(containerLimitBytes) };
  }
  if (ratio < LOW) {
    const message = `${both}: the program ends of a full heap while the container still has room.`;
    return { ...figures, level: 'warning', ratio, message, advice: setTo(containerLimitBytes) };
  }
  return { ...figures, level: 'ok', ratio, message: `${both}.`, advice: null };
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}

/** Node.js 22 and later take a share; all take MiB. */
function setTo(containerLimitBytes: number): string {
  const mib = Math.floor((containerLimitBytes * BEST) / MIB);
  return (
    `Start with --max-old-space-size=${mib} (in NODE_OPTIONS or on the command line), ${percent(BEST)} of the container; ` +
    `less if the program holds many Buffers. Newer Node.js takes --max-old-space-size-percentage=${BEST * 100}.`
  );
}
