/** The only door to the process, V8, the system and the inspector. */
export { AsyncContext } from './async-context.ts';
export { forcedCollector, type MajorCollection, nudgeCollector, observeMajors } from './gc.ts';
export {
  estimateSnapshot,
  freeDisk,
  partialName,
  type SnapshotCost,
  type SnapshotExperience,
  type SnapshotRoom,
  whyRefused,
  writeSnapshot,
  type WrittenSnapshot,
} from './heap-dump.ts';
export { collectScriptMaps, decodeDataUrl, type HeapProfile, PlimsollProbeProfiler } from './inspector.ts';
export { containerRoom, machineRoom, memoryLimit, type MemoryRoom, memoryRoom } from './limits.ts';
export { type MemorySample, readMemory } from './memory.ts';
export { clearIntervalOriginal, eventLoopUtilization, files, now, setIntervalOriginal } from './originals.ts';
export { activeHandles, countResources } from './resources.ts';
export { type ErrorOrigin, type ProcessDoor, systemProcess } from './signals.ts';
export { readText, type ReadText, writeText } from './text-file.ts';
