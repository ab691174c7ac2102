import type { ProbeSettings } from '../wire.ts';

/** Without settings nothing is written but lines. */
const CAREFUL: ProbeSettings = { maxPauseMs: 0, outDir: '', snapshots: false };

/** Reads the watcher's settings; rubbish gives the most careful ones, as no user has written it. */
export function readSettings(text: string | undefined): ProbeSettings {
  try {
    const { intervalMs, maxPauseMs, outDir, snapshots, nearLimit } = JSON.parse(text ?? '') as Partial<ProbeSettings>;
    if (typeof maxPauseMs !== 'number' || typeof outDir !== 'string' || outDir === '') return CAREFUL;
    const armed = nearLimit === true ? { nearLimit } : {};
    const settings = { maxPauseMs, outDir, snapshots: snapshots === true, ...armed };
    return typeof intervalMs === 'number' && intervalMs > 0 ? { ...settings, intervalMs } : settings;
  } catch {
    return CAREFUL;
  }
}
