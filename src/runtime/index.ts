/** The only door to the process, V8, the system and the inspector. */
export { AsyncContext } from './async-context.ts';
export { type Collection, COLLECTION_KINDS, type CollectionKind, observeCollections } from './collections.ts';
export { forcedCollector, type MajorCollection, NUDGE_BYTES, nudgeCollector, observeMajors } from './gc.ts';
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
export { chosenSurvivorLimit, survivorLimit } from './heap-limit.ts';
export { type HeapReading, type HeapSpace, readHeap, readHeapSpaces } from './heap.ts';
export { collectScriptMaps, decodeDataUrl, type HeapProfile, PlimsollProbeProfiler } from './inspector.ts';
export {
  type CgroupMemory,
  containerMemory,
  containerRoom,
  machineRoom,
  memoryLimit,
  memoryRoom,
  type MemoryRoom,
} from './limits.ts';
export { listenersOf, type ListenerSource } from './listeners.ts';
export { countLiveObjects, isBun, readLiveBytes } from './live-heap.ts';
export { type LoadDoor, systemLoadDoor } from './load-door.ts';
export { type LoopDelay, type LoopWatch, watchLoop } from './loop.ts';
export { type MemorySample, readMemory } from './memory.ts';
export { type MonitorDoor, systemMonitorDoor } from './monitor-door.ts';
export { armNearLimitSnapshot, type NearLimitSnapshot } from './near-limit.ts';
export { wordsOfOptions } from './node-options.ts';
export { countOomKills, type OomKills } from './oom-kills.ts';
export { isMainThread, nodeTest, type OpenResource, OpenResources, processEmitter } from './open-resources.ts';
export {
  clearIntervalOriginal,
  eventLoopUtilization,
  files,
  now,
  processId,
  setImmediateOriginal,
  setIntervalOriginal,
  setTimeoutOriginal,
} from './originals.ts';
export { parentChannel, type ParentChannel } from './parent-channel.ts';
export { PartialFile } from './partial-file.ts';
export { type MemoryPressure, parsePressure, readPressure } from './pressure.ts';
export { type ProcessFacts, type ProcessUse, readProcessFacts, readProcessUse, userId } from './process-figures.ts';
export { activeHandles, countResources } from './resources.ts';
export { type ErrorOrigin, type ProcessDoor, systemProcess } from './signals.ts';
export { temporaryName } from './temporary-file.ts';
export { type ReadText, readText, writeText } from './text-file.ts';
export { systemWatchDoor, type WatchDoor } from './watch-door.ts';
