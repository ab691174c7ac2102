/** Registries of prom-client and what is shaped like them: theirs in our answer, or our metrics in theirs. */
import { invalidOption } from '../../base/options.ts';
import type { Family } from './collect.ts';
import { type ForeignFamily, foreignLabels } from './exposition.ts';
import { METRICS, sampleNames } from './table.ts';

/** A registry whose metrics are to be in our answer. */
export interface ReadableRegistry {
  getMetricsAsJSON(): Promise<readonly RegistryMetric[]> | readonly RegistryMetric[];
}

/** A metric as such a registry gives it. */
export interface RegistryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  readonly values?: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, unknown>>;
    readonly metricName?: string;
  }[];
}

/** A registry that takes metrics in. */
export interface WritableRegistry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  removeSingleMetric(name: string): void;
}

/** What such a registry calls for every metric when it is scraped. */
interface RegisteredMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  get(): Promise<object>;
  reset(): void;
}

/** Waits no longer for a registry: a collector of the program's own may hang. */
const PATIENCE_MS = 1_000;

/** Checks the option `registries`. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readRegistries(value: unknown): readonly ReadableRegistry[] {
  if (value === undefined) return [];
  const isRegistry = (each: Partial<ReadableRegistry> | null): boolean => typeof each?.getMetricsAsJSON === 'function';
  if (Array.isArray(value) && value.every(isRegistry)) return value as ReadableRegistry[];
  throw invalidOption('registries', 'a list of registries with `getMetricsAsJSON`', value);
}

/** Everything in `registries` but names that are taken. */
export async function readForeign(
  registries: readonly ReadableRegistry[],
  taken: ReadonlySet<string>,
  onError: (part: string, error: unknown) => void,
): Promise<ForeignFamily[]> {
  const seen = new Set(taken);
  const families: ForeignFamily[] = [];
  for (const registry of registries) {
    for (const metric of await metricsOf(registry, onError)) {
      if (seen.has(metric.name)) continue;
      seen.add(metric.name);
      families.push(asForeign(metric));
    }
  }
  return families;
}

async function metricsOf(
  registry: ReadableRegistry,
  onError: (part: string, error: unknown) => void,
): Promise<readonly RegistryMetric[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`A registry did not answer within ${PATIENCE_MS} ms.`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([Promise.resolve(registry.getMetricsAsJSON()), late]);
  } catch (error) {
    onError('registries', error);
    return [];
  } finally {
    clearTimeout(timer);
  }
}

const TYPES: ReadonlySet<unknown> = new Set(['counter', 'gauge', 'histogram', 'summary']);

function asForeign({ name, help, type, values = [] }: RegistryMetric): ForeignFamily {
  return {
    name,
    help,
    type: TYPES.has(type) ? (type as string) : 'untyped',
    samples: values.map((sample) => ({
      name: sample.metricName ?? name,
      labels: foreignLabels(sample.labels),
      value: sample.value,
    })),
  };
}

/**
 * Registers every metric that has no namesake in `registry`; each is read when the registry is.
 *
 * @returns a function that takes them out again.
 */
export function registerIn(registry: WritableRegistry, read: () => readonly Family[], onlyOwn: boolean): () => void {
  const names: string[] = [];
  for (const metric of METRICS) {
    const name = metric.type === 'counter' || metric.type === 'info' ? sampleNames(metric)[0]! : metric.name;
    if ((onlyOwn && !name.startsWith('plimsoll_')) || registry.getSingleMetric(name) !== undefined) continue;
    const type = metric.type === 'info' ? 'gauge' : metric.type;
    const about = { name, help: metric.help, type, aggregator: 'sum' };
    const registered: RegisteredMetric = {
      ...about,
      get: () =>
        Promise.resolve({
          ...about,
          values: valuesOf(
            name,
            read().find((each) => each.metric === metric),
          ),
        }),
      // The figures are the process's own: nothing to put back.
      reset: () => {},
    };
    registry.registerMetric(registered as never);
    names.push(name);
  }
  return () => {
    for (const name of names) registry.removeSingleMetric(name);
  };
}

function valuesOf(name: string, family: Family | undefined): object[] {
  if (family === undefined) return [];
  const { bounds = [] } = family.metric;
  return family.points.flatMap(({ labels: { record }, value }): object[] => {
    if (typeof value === 'number') return [{ labels: record, value }];
    const { atMost, count, sum } = value;
    const buckets = [...bounds, '+Inf'].map((le, i) => ({
      labels: { le, ...record },
      value: atMost[i] ?? count,
      metricName: `${name}_bucket`,
    }));
    const sums = { labels: record, value: sum, metricName: `${name}_sum` };
    return [...buckets, sums, { labels: record, value: count, metricName: `${name}_count` }];
  });
}
