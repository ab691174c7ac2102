import { formatBytes, formatDuration } from '../../base/units.ts';
import type { Terminal } from '../terminal.ts';

/** Work shorter than this needs no progress, ms. */
const SILENT_MS = 1_000;
const REDRAW_MS = 100;
/** A guess from less than this is worth nothing, ms. */
const GUESS_AFTER_MS = 500;

/** One line of progress: `Reading a.heapsnapshot: 120 MiB of 347 MiB, 35 %, 4 s left`. */
export function progressLine(what: string, done: number, total: number, elapsedMs: number, isBytes: boolean): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const parts = [`${Math.floor(share * 100)} %`];
  if (isBytes) parts.unshift(`${formatBytes(done)} of ${formatBytes(total)}`);
  if (share > 0 && share < 1 && elapsedMs >= GUESS_AFTER_MS) {
    parts.push(`${formatDuration(Math.max(1000, (elapsedMs * (1 - share)) / share))} left`);
  }
  return `${what}: ${parts.join(', ')}`;
}

/** Progress of long work on a terminal: nothing in the first second, and nothing at all where nobody looks. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #begun: number = performance.now();
  #what = '';
  #stageBegun = 0;
  #drawn = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows how far `what` is; a new `what` starts the clock for its time left. */
  show(what: string, done: number, total: number, unit: 'bytes' | 'share'): void {
    const now = performance.now();
    if (what !== this.#what) {
      this.#what = what;
      this.#stageBegun = now;
    }
    if (now - this.#begun < SILENT_MS || now - this.#drawn < REDRAW_MS || !this.#terminal.look.isTerminal) return;
    this.#drawn = now;
    this.#terminal.live(progressLine(what, done, total, now - this.#stageBegun, unit === 'bytes'));
  }

  /** Shows what goes on where nothing can be counted, and nobody can be heard until it is done. */
  announce(what: string, expectedMs: number): void {
    const isLong = performance.now() - this.#begun + expectedMs > SILENT_MS;
    if (isLong && this.#terminal.look.isTerminal) this.#terminal.live(what);
  }

  /** Takes the line away; when it has gone the terminal is free for results. */
  async end(): Promise<void> {
    this.#terminal.clearLive();
    await this.#terminal.flush();
  }
}
