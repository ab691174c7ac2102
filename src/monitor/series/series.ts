import type { SampleColumn } from '../sampling/sampler.ts';

/** Figures over time, oldest first, one array for each column; `null` is what could not be told. */
export interface MonitorSeries {
  /** What was read on the tick. */
  readonly samples: Readonly<Record<SampleColumn, readonly (number | null)[]>>;
  /** What was in use after major collections. */
  readonly floors: Readonly<
    Record<
      'at' | 'heapBytes' | 'externalBytes' | 'arrayBuffersBytes' | 'rssBytes' | 'heapTotalBytes' | 'work',
      readonly (number | null)[]
    >
  >;
}
