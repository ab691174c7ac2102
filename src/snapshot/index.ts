/** `plimsoll/snapshot`: heap snapshots of any size. */
export type { DominatorTree, EdgeTypes, HeapGraph, Locations, NodeTypes, StringTable } from './graph.ts';
export { NONE } from './graph.ts';
export { HeapSnapshot, openSnapshot } from './open.ts';
export type { OpenOptions } from './parse/byte-reader.ts';
export type { Truncation } from './parse/read-graph.ts';
export {
  analyseGrowth,
  type Bound,
  type ClassGrowth,
  type FunctionPlace,
  type Growth,
  type GrowthOptions,
  type Suspect,
  type UnitFacts,
} from './growth/index.ts';
export { Namer, type NamingOptions } from './naming/namer.ts';
export type { CodePlace } from './naming/locations.ts';
export { isShortened, type OriginalNames, type OriginalVariable } from './naming/original-names.ts';
export type { OwnerPath } from './naming/owner-paths.ts';
export { pathOfUrl, shortFile } from './naming/file-names.ts';
export { type HeapBox, heapTree, type HeapTreeOptions } from './picture.ts';
export { type Redaction, type RedactOptions, redactSnapshot } from './redact/redact.ts';
export { areRelated, newestId } from './related.ts';
export {
  type BigRetainer,
  type ClassSummary,
  classNameOf,
  type SnapshotSummary,
  summarise,
  type SummaryOptions,
} from './summary.ts';
