/** The points of every metric, own and gathered, as plain data that the writers share. */
import type { Figures } from './figures.ts';
import type { Labels } from './labels.ts';
import type { Distribution, Metric } from './metric.ts';
import { METRICS } from './table.ts';

/** One figure. */
export interface Point {
  readonly labels: Labels;
  readonly value: number | Distribution;
}

/** A metric with its points, one at least. */
export interface Family {
  readonly metric: Metric;
  readonly points: readonly Point[];
}

/** Reads the points of every metric that has any. */
export function collectFamilies(
  figures: Figures,
  onError: (part: string, error: unknown) => void,
  metrics: readonly Metric[] = METRICS,
): Family[] {
  return metrics.flatMap((metric) => {
    const points: Point[] = [];
    try {
      metric.read(figures, (labels, value) => {
        if (isKnown(value)) points.push({ labels, value });
      });
    } catch (error) {
      onError(metric.name, error);
    }
    return points.length === 0 ? [] : [{ metric, points }];
  });
}

function isKnown(value: number | null | undefined | Distribution): value is number | Distribution {
  return typeof value === 'number' ? !Number.isNaN(value) : value !== null && value !== undefined;
}
