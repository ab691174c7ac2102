import type { ConfigurationFinding } from '../configuration.ts';
import type { Sample } from '../sampling/sampler.ts';
import type { FloorReading } from '../series/floors.ts';
import type { Growth } from '../growth/growth.ts';
import type { ComponentStatus } from '../status.ts';

/** Counts of one kind that are judged over time. */
export interface CountGrowth {
  readonly kind: string;
  readonly count: number;
  readonly growth: Growth;
}

/** All that rules go by at one moment. */
export interface View {
  readonly sample: Sample;
  /** How many samples there were. */
  readonly samples: number;
  /** In use now, garbage included, bytes. */
  readonly usedBytes: number;
  readonly floor: FloorReading | undefined;
  /** How many floors there were. */
  readonly floors: number;
  /** Share of the last minute in the pauses of major collections; `null` where they are not reported. */
  readonly gcShare: number | null;
  /** Share of the time in which a major collection was under way, in the least busy of the last four cycles; 0 before that. */
  readonly cycleShare: number;
  readonly heap: Growth;
  readonly external: Growth;
  readonly native: Growth;
  readonly handles: readonly CountGrowth[];
  readonly listeners: readonly CountGrowth[];
  readonly components: readonly ComponentStatus[];
  readonly configuration: ConfigurationFinding | null;
}
