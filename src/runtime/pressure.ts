import { cgroupFolders } from './limits.ts';
import { readText, type ReadText } from './text-file.ts';

/** Linux's pressure stall information on memory: shares of time, 0 to 1, in which work waited for memory. */
export interface MemoryPressure {
  /** At least one task waited, over the last 10 and 60 seconds. */
  readonly some10: number;
  readonly some60: number;
  /** All tasks waited at once. */
  readonly full10: number;
  /** Whose pressure it is. */
  readonly of: 'container' | 'machine';
}

/** Reads the text of a pressure file; `null` when it is not one. */
export function parsePressure(text: string, of: MemoryPressure['of']): MemoryPressure | null {
  const average = (kind: string, seconds: number): number | null => {
    const match = new RegExp(`^${kind} .*\\bavg${seconds}=(\\d+(?:\\.\\d+)?)(?:\\s|$)`, 'm').exec(text);
    const share = match === null ? Number.NaN : Number(match[1]) / 100;
    return share <= 1 ? share : null;
  };
  const [some10, some60, full10] = [average('some', 10), average('some', 60), average('full', 10)];
  return some10 === null || some60 === null ? null : { some10, some60, full10: full10 ?? 0, of };
}

/**
 * Memory pressure of the process's own control group where it has one (cgroup v2), else of the machine; `null` where the
 * kernel does not tell. **Cost:** about 0.2 ms.
 */
export function readPressure(read: ReadText = readText): MemoryPressure | null {
  const [cgroups, mountInfo] = [read('/proc/self/cgroup'), read('/proc/self/mountinfo')];
  const own = cgroups === null || mountInfo === null ? [] : cgroupFolders(cgroups, mountInfo);
  // At the root of the hierarchy there is no such file: the machine's says the same.
  const folder = own.find(({ version }) => version === 2);
  const text = folder === undefined ? null : read(`${folder.path}/memory.pressure`);
  const container = text === null ? null : parsePressure(text, 'container');
  if (container !== null) return container;
  const machine = read('/proc/pressure/memory');
  return machine === null ? null : parsePressure(machine, 'machine');
}
