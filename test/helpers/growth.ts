import { analyseGrowth, type Growth, type GrowthOptions, type Suspect } from '../../src/snapshot/growth/index.ts';
import type { ProgramHeap } from './program-heap.ts';

/** What grew in a program over one part of a watch, or over several. */
export async function growthOf(
  app: ProgramHeap,
  parts: (() => void) | readonly (() => void)[],
  options: GrowthOptions = {},
): Promise<Growth> {
  const snapshots = await app.watch(...(typeof parts === 'function' ? [parts] : parts));
  return analyseGrowth(snapshots, { root: '/app', ...options });
}

/** The most suspect holder; there must be one. */
export async function firstSuspect(
  app: ProgramHeap,
  parts: (() => void) | readonly (() => void)[],
  options: GrowthOptions = {},
): Promise<Suspect> {
  const [suspect] = (await growthOf(app, parts, options)).suspects;
  if (suspect === undefined) throw new Error('nobody is suspect');
  return suspect;
}
