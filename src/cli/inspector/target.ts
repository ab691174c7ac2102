import { unreachable } from './node-process.ts';
import type { InspectorSession } from './session.ts';

/** What a process says of itself. */
export interface TargetFigures {
  /** `process.version`. */
  readonly node: string;
  /** JS heap in use, bytes; garbage counts until it is collected. */
  readonly heapUsed: number;
}

/** Asks the main thread for its figures. @throws {PLIM_ERR_PROCESS_UNREACHABLE} when it gives none. */
export async function readFigures(session: InspectorSession): Promise<TargetFigures> {
  const figures = await session.evaluate('({ node: process.version, heapUsed: process.memoryUsage().heapUsed })');
  const { node, heapUsed } = (figures ?? {}) as Partial<TargetFigures>;
  if (typeof node !== 'string' || typeof heapUsed !== 'number') {
    throw unreachable('The process did not say how much memory it uses; it may be no ordinary Node.js.');
  }
  return { node, heapUsed };
}
