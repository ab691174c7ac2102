/** What a shutdown says to people. */
import { inspect } from 'node:util';
import { formatDuration } from '../../base/units.ts';
import type { ErrorOrigin } from '../../runtime/index.ts';
import { describeCause } from './cause.ts';
import type { LivePart } from './phases.ts';
import type { ShutdownReport } from './report.ts';

const SHOWN_PARTS = 20;

/** One line for each thing that is waited for, or would be. */
export function formatLive(live: readonly LivePart[], resources: Readonly<Record<string, number>>): string {
  const lines = live.slice(0, SHOWN_PARTS).map(formatPart);
  if (live.length > SHOWN_PARTS) lines.push(`  and ${live.length - SHOWN_PARTS} more`);
  const kinds = Object.entries(resources).map(([kind, count]) => `${count} ${kind}`);
  if (kinds.length > 0) lines.push(`  open in the event loop: ${kinds.join(', ')}`);
  return lines.join('\n');
}

function formatPart({ phase, kind, name, state, ms, detail }: LivePart): string {
  const since = state === 'waiting' ? 'waiting for its turn' : `${state} for ${formatDuration(ms)}`;
  const more = detail === undefined ? '' : ` (${detail})`;
  return `  ${phase}: ${kind} '${name}', ${kind === 'hold' ? `held for ${formatDuration(ms)}` : since}${more}`;
}

/** The end in one line. */
export function formatReport({ cause, isClean, isOverdue, ms, phases, errors, held }: ShutdownReport): string {
  const spans = phases.map((one) => `${one.phase} ${formatDuration(one.ms)}`).join(', ');
  const problems = [
    ...(isOverdue ? ['the deadline passed'] : []),
    ...(held.length > 0 ? [`${held.length} held`] : []),
    ...(errors.length > 0 ? [`${errors.length} failed`] : []),
  ].join(', ');
  const outcome = isClean ? 'shut down cleanly' : `shut down, not cleanly${problems === '' ? '' : ` (${problems})`}`;
  return `${outcome} in ${formatDuration(ms)} after ${describeCause(cause)}: ${spans}`;
}

/** An error as Node.js prints it when it ends the process: without the line of source, which only V8 knows. */
export function formatUncaught(error: unknown, origin: ErrorOrigin, runtime: string): string {
  const shown = inspect(error);
  const text = error instanceof Error ? shown : `Uncaught ${shown}`;
  const note = origin === 'unhandledRejection' ? '\n(a promise was rejected, and nobody handled it)' : '';
  return `${text}${note}\n\n${runtime}`;
}
