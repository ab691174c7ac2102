import type { Family, Point } from '../collect.ts';
import type { Metric } from '../metric.ts';
import { METRICS } from '../table.ts';

/** Families of several senders as one of each metric, in the order of the table. */
export function joinFamilies(own: readonly Family[], others: readonly (readonly Family[])[]): Family[] {
  const points = new Map<Metric, Point[]>();
  for (const family of [own, ...others].flat()) {
    const known = points.get(family.metric);
    if (known === undefined) points.set(family.metric, [...family.points]);
    else for (const point of family.points) known.push(point);
  }
  return METRICS.flatMap((metric) => {
    const all = points.get(metric);
    return all === undefined ? [] : [{ metric, points: all }];
  });
}
