import type { Evidence } from '../../src/diagnose/verdict/evidence.ts';
import type { Floor, Hello } from '../../src/diagnose/wire.ts';
import { MB } from './series.ts';

export function helloOf(parts: Partial<Hello> = {}): Hello {
  return {
    kind: 'hello',
    pid: 4711,
    ppid: 1,
    threadId: 0,
    argv: ['node', 'app.mjs'],
    execArgv: [],
    cwd: '/app',
    node: 'v20.20.2',
    startedAt: 0,
    heapLimitBytes: 4096 * MB,
    survivorLimitBytes: 4000 * MB,
    memoryLimitBytes: null,
    launcher: null,
    ...parts,
  };
}

/** A floor of so many live bytes; the rest of the memory stands still. */
export function floorOf(at: number, heapUsed: number, parts: Partial<Floor> = {}): Floor {
  return {
    kind: 'floor',
    at,
    asked: false,
    heapUsed,
    heapTotal: heapUsed + 4 * MB,
    external: 2 * MB,
    arrayBuffers: MB,
    rss: heapUsed + 60 * MB,
    pauseMs: 5,
    ...parts,
  };
}

export function evidenceOf(parts: Partial<Evidence> = {}): Evidence {
  const floors = parts.floors ?? [];
  return {
    process: helloOf(),
    floors,
    resources: [],
    openCounts: [],
    shots: [],
    profiles: [],
    scriptMaps: [],
    rounds: [],
    warnings: [],
    endedAt: floors.at(-1)?.at ?? 0,
    ...parts,
  };
}
