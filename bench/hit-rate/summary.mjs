// From points (trace x capacity, hits by policy) to the three figures a policy is judged by.

const LOSS = 0.005;

/**
 * @typedef {object} Point
 * @property {string} trace
 * @property {'real' | 'synthetic'} kind
 * @property {number} capacity
 * @property {number} requests
 * @property {number} optimal Hits of the optimum.
 * @property {Record<string, number>} hits By policy.
 */

/** One row a policy, the best mean first. */
export function summarise(points) {
  const policies = Object.keys(points[0]?.hits ?? {});
  return policies.map((policy) => judge(policy, points)).sort((a, b) => b.ofOptimum - a.ofOptimum);
}

function judge(policy, points) {
  const against = points.map(({ trace, capacity, requests, hits }) => ({
    change: (hits[policy] - hits.LRU) / requests,
    at: `${trace} at ${capacity}`,
  }));
  const worst = against.reduce((least, point) => (point.change < least.change ? point : least));
  const ofOptimum = (chosen) =>
    chosen.length === 0 ? null : mean(chosen.map(({ hits, optimal }) => hits[policy] / optimal));
  return {
    policy,
    points: points.length,
    ofOptimum: ofOptimum(points),
    real: ofOptimum(points.filter(({ kind }) => kind === 'real')),
    synthetic: ofOptimum(points.filter(({ kind }) => kind === 'synthetic')),
    hitRatio: mean(points.map(({ hits, requests }) => hits[policy] / requests)),
    losses: against.filter(({ change }) => change < -LOSS).length,
    worstPoints: worst.change * 100,
    worstAt: worst.change < 0 ? worst.at : '',
  };
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
