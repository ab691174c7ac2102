/** Two snapshots with work between them, read: who held what the work left behind. */
import fs from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { explainGrowth } from '../../diagnose/suspects/index.ts';
import { type ProfileNode, type Profiles, topAllocationSites } from '../../diagnose/allocation/index.ts';
import { Places, SourcePlaces } from '../../diagnose/sources/index.ts';
import type { ReportedSuspect } from '../../diagnose/report/index.ts';
import {
  collectScriptMaps,
  estimateSnapshot,
  freeDisk,
  isBun,
  memoryRoom,
  PlimsollProbeProfiler,
  readMemory,
  whyRefused,
  writeSnapshot,
} from '../../runtime/index.ts';
import { openSnapshot } from '../../snapshot/index.ts';

export interface Evidence {
  readonly suspects: readonly ReportedSuspect[];
  /** What the snapshots say that the program's data gained, bytes. */
  readonly bytes: number;
}

export interface EvidenceOptions {
  readonly rounds: number;
  /** Suspects that hold less are not listed, bytes. */
  readonly leastBytes: number;
  readonly maxPauseMs: number;
}

/** A sample for every so many bytes allocated while the work is confirmed. */
const SAMPLE_BYTES = 1024;

/** Of all that stayed, what a place must have allocated to be named for it. */
const TELLING_SHARE = 0.5;

/** Why a snapshot would be refused or cannot be taken; `null` when it can. */
export function whyNoSnapshot(maxPauseMs: number): string | null {
  if (isBun()) return 'Bun writes no snapshots that can be compared.';
  const estimate = estimateSnapshot(readMemory().heapUsed);
  return whyRefused(estimate, { memory: memoryRoom(), diskBytes: freeDisk(os.tmpdir()), maxPauseMs });
}

/** Takes a snapshot before and after `work`. @throws what the work throws */
export async function gatherEvidence(work: () => Promise<void>, options: EvidenceOptions): Promise<Evidence> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-leak-'));
  try {
    const files = ['before', 'after'].map((name) => path.join(folder, `${name}.heapsnapshot`));
    // Before the first snapshot: V8 then keeps the line ends of all scripts.
    const maps = quietly(() => collectScriptMaps()) ?? {};
    const { experience } = writeSnapshot(files[0]!);
    const profile = await profiled(work, () => writeSnapshot(files[1]!, experience));
    const snapshots = [await openSnapshot(files[0]!), await openSnapshot(files[1]!)];
    const places = {
      root: path.resolve(''),
      sources: new SourcePlaces({ maps: new Map(Object.entries(maps as Record<string, SourceMapPayload>)) }),
    };
    const { growth, suspects } = explainGrowth(snapshots, {
      ...places,
      times: null,
      rounds: options.rounds,
      leastBytes: options.leastBytes,
      ...(profile === undefined ? {} : { profiles: profile }),
    });
    return { suspects: withSite(suspects, profile, new Places(places)), bytes: growth.bytes };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Nothing but the work ran between the snapshots: where one place allocated most of what stayed, it is that of the first
 * suspect, also when no stack leads to it by name.
 */
function withSite(
  suspects: readonly ReportedSuspect[],
  profile: Profiles | undefined,
  places: Places,
): readonly ReportedSuspect[] {
  const [first, ...others] = suspects;
  if (first === undefined || first.allocatedIn !== null || profile === undefined) return suspects;
  const [top] = topAllocationSites(undefined, profile.last, places.isProgramScript, 1);
  if (top === undefined || top.share < TELLING_SHARE) return suspects;
  return [{ ...first, allocatedIn: `${top.site.name} (${places.placeText(top.site.place)})` }, ...others];
}

/**
 * Runs `work`, then `look`, and reads what was allocated meanwhile: after the look, or the profile would be in it. Where
 * things are allocated is a help and no proof; without a profiler it is left out.
 */
async function profiled(work: () => Promise<void>, look: () => void): Promise<Profiles | undefined> {
  const profiler = quietly(() => new PlimsollProbeProfiler(SAMPLE_BYTES));
  try {
    await work();
    quietly(() => profiler?.releaseConsole());
    look();
    const profile = quietly(() => profiler?.read());
    return profile === undefined ? undefined : { first: undefined, last: profile.head as ProfileNode };
  } finally {
    quietly(() => profiler?.stop());
  }
}

function quietly<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}

/** Why evidence could not be gathered, as text. */
export function failureText(error: unknown): string {
  return `The heap snapshots that would confirm it failed: ${messageOf(error)}`;
}
