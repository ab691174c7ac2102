/** What there is to know about a process's memory before it runs, or from outside while it does. */
import os from 'node:os';
import v8 from 'node:v8';
import { FileError } from '../../base/errors.ts';
import {
  type CgroupMemory,
  chosenSurvivorLimit,
  containerMemory,
  freeDisk,
  machineRoom,
  type MemoryPressure,
  readHeap,
  readPressure,
  systemMonitorDoor,
  wordsOfOptions,
} from '../../runtime/index.ts';
import { isAlive, readText } from '../inspector/proc.ts';

/** What can be had of a running program in this runtime. */
export interface Abilities {
  readonly collections: boolean;
  readonly loopDelay: boolean;
  readonly nearLimitSnapshot: boolean;
  readonly workerHeaps: boolean;
  readonly pressure: boolean;
}

/** The facts that findings are made of; sizes in bytes, `null` is what cannot be told. */
export interface Facts {
  /** Of another process, whose runtime is not ours. */
  readonly pid: number | null;
  readonly runtime: string;
  readonly v8: string;
  readonly platform: string;
  readonly cores: number;
  readonly machineBytes: number;
  readonly machineFreeBytes: number;
  readonly container: CgroupMemory | null;
  /** What may be left of the heap after a collection; and whether somebody has chosen it. */
  readonly heapFloorLimitBytes: number | null;
  readonly heapLimitBytes: number | null;
  readonly isHeapChosen: boolean;
  readonly rssBytes: number | null;
  readonly pressure: MemoryPressure | null;
  readonly diskFreeBytes: number | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly abilities: Abilities | null;
}

/** Facts about a program that is started here, with this Node.js and this environment. */
export async function factsHere(): Promise<Facts> {
  const heap = readHeap();
  const machine = machineRoom();
  return {
    ...machineFacts(),
    pid: null,
    runtime: systemMonitorDoor.runtime,
    v8: process.versions.v8,
    machineFreeBytes: machine.freeBytes,
    container: containerMemory(),
    heapFloorLimitBytes: heap?.floorLimitBytes ?? null,
    heapLimitBytes: heap?.limitBytes ?? null,
    isHeapChosen: chosenSurvivorLimit(wordsOfOptions(process.env['NODE_OPTIONS'] ?? ''), os.totalmem()) !== undefined,
    rssBytes: null,
    pressure: readPressure(),
    diskFreeBytes: freeDisk('.'),
    environment: process.env,
    abilities: await abilities(),
  };
}

/**
 * Facts about a running process, from outside.
 *
 * @throws {PLIM_ERR_FILE_UNREADABLE} where there is no such process, or its environment is closed to us.
 */
export function factsOf(pid: number): Facts {
  const environ = readText(`/proc/${pid}/environ`);
  const command = readText(`/proc/${pid}/cmdline`);
  if (!isAlive(pid) || environ === undefined || command === undefined) {
    const why = isAlive(pid) ? 'its environment may not be read by this user' : 'there is no such process';
    throw new FileError('PLIM_ERR_FILE_UNREADABLE', `Process ${pid} cannot be looked at: ${why}.`);
  }
  const environment = Object.fromEntries(environ.split('\0').map((line) => splitOnce(line, '=')));
  const options = [...wordsOfOptions(environment['NODE_OPTIONS'] ?? ''), ...command.split('\0')];
  const container = containerMemory(pid);
  return {
    ...machineFacts(),
    pid,
    runtime: command.split('\0')[0] ?? '',
    v8: '',
    machineFreeBytes: machineRoom().freeBytes,
    container,
    ...heapOf(options, container?.limitBytes ?? os.totalmem()),
    heapLimitBytes: null,
    rssBytes: residentBytes(pid),
    pressure: null,
    diskFreeBytes: freeDisk(`/proc/${pid}/cwd`),
    environment,
    abilities: null,
  };
}

function machineFacts(): Pick<Facts, 'platform' | 'cores' | 'machineBytes'> {
  return {
    platform: `${process.platform} ${process.arch}`,
    cores: os.availableParallelism(),
    machineBytes: os.totalmem(),
  };
}

async function abilities(): Promise<Abilities> {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return {
    collections: await systemMonitorDoor.hasCollections(),
    loopDelay: hasLoopDelay(),
    nearLimitSnapshot: typeof v8.setHeapSnapshotNearHeapLimit === 'function',
    workerHeaps: typeof (Worker.prototype as { getHeapStatistics?: unknown }).getHeapStatistics === 'function',
    pressure: readPressure() !== null,
  };
}

function hasLoopDelay(): boolean {
  const watch = systemMonitorDoor.watchLoop();
  watch?.stop();
  return watch !== null;
}

const GIB = 1024 ** 3;

/** The heap of a process that is seen from outside: as its options say, else as Node.js chooses by what there is. Pure. */
export function heapOf(
  options: readonly string[],
  availableBytes: number,
): Pick<Facts, 'heapFloorLimitBytes' | 'isHeapChosen'> {
  const chosen = chosenSurvivorLimit(options, availableBytes);
  return { heapFloorLimitBytes: chosen ?? expectedHeap(availableBytes), isHeapChosen: chosen !== undefined };
}

/** What Node.js takes by itself: half of what there is, 2 GiB at most, 4 GiB from 15 GiB on. */
function expectedHeap(availableBytes: number): number {
  return Math.min(availableBytes / 2, availableBytes >= 15 * GIB ? 4 * GIB : 2 * GIB);
}

function residentBytes(pid: number): number | null {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`) ?? '');
  return match === null ? null : Number(match[1]) * 1024;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
