import type { Level } from '../../base/alert.ts';
import { messageOf } from '../../base/errors.ts';
import { formatBytes } from '../../base/units.ts';
import { judgeConfiguration, optionsFromEnv } from '../../monitor/index.ts';
import { estimateSnapshot } from '../../runtime/index.ts';
import type { Facts } from './facts.ts';

/** Something that is as it should be, or is not, with what to do. */
export interface DoctorFinding {
  readonly about: 'heap' | 'container' | 'snapshot' | 'environment' | 'machine' | 'runtime';
  readonly level: Level;
  readonly message: string;
  readonly advice: string | null;
}

/** What the facts mean for a program that runs under them. Pure. */
export function findingsOf(facts: Facts): DoctorFinding[] {
  return [heapFinding, occupiedFinding, machineFinding, snapshotFinding, environmentFinding, runtimeFinding].flatMap(
    (finding) => finding(facts) ?? [],
  );
}

type Look = (facts: Facts) => DoctorFinding | undefined;

const heapFinding: Look = ({ heapFloorLimitBytes, container, isHeapChosen, pid }) => {
  if (heapFloorLimitBytes === null) return undefined;
  const { level, message, advice } = judgeConfiguration(heapFloorLimitBytes, container?.limitBytes ?? null);
  const isGuess = pid !== null && !isHeapChosen;
  return {
    about: 'heap',
    level,
    message: isGuess ? `${message} (By Node.js's own choice, estimated.)` : message,
    advice,
  };
};

const NEARLY_FULL = 0.75;

const occupiedFinding: Look = ({ container }) => {
  if (container?.limitBytes == null || container.workingSetBytes < container.limitBytes * NEARLY_FULL) return undefined;
  return {
    about: 'container',
    level: 'warning',
    message: `${formatBytes(container.workingSetBytes)} of the container's ${formatBytes(container.limitBytes)} are in use already.`,
    advice: 'See which processes are in it; the kernel kills one of them at the limit.',
  };
};

const machineFinding: Look = ({ machineBytes, heapFloorLimitBytes, container }) => {
  if (heapFloorLimitBytes === null || container?.limitBytes != null) return undefined;
  if (heapFloorLimitBytes <= machineBytes * NEARLY_FULL) return undefined;
  return {
    about: 'machine',
    level: 'warning',
    message: `The heap may grow to ${formatBytes(heapFloorLimitBytes)} of the machine's ${formatBytes(machineBytes)}.`,
    advice: 'Start with a smaller --max-old-space-size, or the kernel kills the process first.',
  };
};

/** How much of the heap's limit is in use when a snapshot is worth most. */
const WORTH = 0.5;

const snapshotFinding: Look = ({ heapFloorLimitBytes, container, machineBytes, diskFreeBytes }) => {
  if (heapFloorLimitBytes === null) return undefined;
  const heap = heapFloorLimitBytes * WORTH;
  const cost = estimateSnapshot(heap);
  const limit = container?.limitBytes ?? machineBytes;
  const what = `A snapshot of a heap of ${formatBytes(heap)} takes about ${formatBytes(cost.memoryBytes)} of memory`;
  if (cost.memoryBytes + heap > limit) {
    return {
      about: 'snapshot',
      level: 'ok',
      message: `${what}: with the heap itself more than the ${formatBytes(limit)} there are, so it will be refused.`,
      advice:
        'Take snapshots while the heap is small, or raise the limit for the hunt; `plimsoll run` does the former.',
    };
  }
  if (diskFreeBytes !== null && cost.fileBytes > diskFreeBytes) {
    return {
      about: 'snapshot',
      level: 'ok',
      message: `A snapshot of a heap of ${formatBytes(heap)} takes about ${formatBytes(cost.fileBytes)} on disk; ${formatBytes(diskFreeBytes)} are free in the current folder.`,
      advice: 'Write snapshots elsewhere.',
    };
  }
  return {
    about: 'snapshot',
    level: 'ok',
    message: `${what} and ${formatBytes(cost.fileBytes)} on disk; there is room.`,
    advice: null,
  };
};

/** The variables that a monitor's `optionsFromEnv` reads. */
const VARIABLES = ['MEMORY_MONITOR_INTERVAL', 'MEMORY_THRESHOLD', 'MAX_HEAP_SIZE', 'MEMORY_STATISTICS_INTERVAL'];

const environmentFinding: Look = ({ environment }) => {
  const problems: string[] = [];
  optionsFromEnv(environment, (error) => problems.push(messageOf(error)));
  if (problems.length > 0) {
    return {
      about: 'environment',
      level: 'warning',
      message: `A monitor with optionsFromEnv takes its default. ${problems.join(' ')}`,
      advice: 'Mend or unset it.',
    };
  }
  const given = VARIABLES.filter((name) => (environment[name] ?? '') !== '');
  if (given.length === 0) return undefined;
  const list = given.map((name) => `${name}=${environment[name]}`).join(', ');
  return { about: 'environment', level: 'ok', message: `A monitor with optionsFromEnv takes ${list}.`, advice: null };
};

const runtimeFinding: Look = ({ abilities, runtime }) => {
  if (abilities === null || abilities.collections) return undefined;
  return {
    about: 'runtime',
    level: 'ok',
    message: `${runtime} does not report its collections: a monitor has no floors, and judges by container and budgets alone.`,
    advice: null,
  };
};
