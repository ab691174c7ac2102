/**
 * What the user hears while a program is watched.
 *
 * The program writes to the same terminal or log, so while it runs there is at most one plain line in ten seconds,
 * but for a pause that is long enough to be noticed: that is said when it begins and when it ends. Once the program
 * has ended the terminal is ours and a live line shows the rest of the work.
 */
import { formatBytes, formatDuration } from '../../base/units.ts';
import { floorBytes, type Message, type SnapshotBegin, type SnapshotEnd } from '../../diagnose/wire.ts';
import type { Terminal } from '../terminal.ts';
import { FirstWord } from './first-word.ts';
import { fileSize } from './file-size.ts';
import { nowMs } from './watch.ts';
import type { WatchedThread } from './watched-thread.ts';

const PLAIN_LINE_MS = 10_000;
const LIVE_LINE_MS = 100;
/** A pause estimated to be longer than this is announced, ms. */
const NOTICEABLE_PAUSE_MS = 1_000;

/** `4 of 9 MiB, about 3 s left`; the rest of the time only once there is something to reckon with. */
export function progressText(done: number, total: number, elapsedMs: number): string {
  const amount = `${formatBytes(done)} of ${formatBytes(Math.max(done, total))}`;
  if (done <= 0 || elapsedMs < 500) return amount;
  const left = (elapsedMs * Math.max(0, total - done)) / done;
  return `${amount}, about ${formatDuration(left)} left`;
}

/** The state of the watch in one line. */
export function statusLine(thread: WatchedThread, others: number, word: string | undefined, ageMs: number): string {
  const parts = [formatDuration(ageMs)];
  const [first, last] = [thread.floors[0], thread.floors.at(-1)];
  if (first === undefined || last === undefined) parts.push('no collection seen yet');
  else {
    const change = floorBytes(last) - floorBytes(first);
    const sign = change < 0 ? '' : '+';
    parts.push(`heap floor ${formatBytes(floorBytes(last))} (${sign}${formatBytes(change)})`);
    parts.push(`RSS ${formatBytes(last.rss)}`);
  }
  const taken = thread.attempts.filter((attempt) => attempt.taken);
  if (taken.length > 0) {
    const paused = taken.reduce((sum, attempt) => sum + attempt.pauseMs, 0);
    parts.push(`${taken.length === 1 ? '1 snapshot' : `${taken.length} snapshots`}, paused ${formatDuration(paused)}`);
  }
  if (word !== undefined) parts.push(word);
  const which = others === 0 ? '' : ` [process ${thread.name}, and ${others} more]`;
  return `plimsoll: ${parts.join('; ')}${which}`;
}

export class Narrator {
  readonly #terminal: Terminal;
  readonly #isQuiet: boolean;
  readonly #words = new Map<WatchedThread, FirstWord>();
  #lastLineMs = Number.NEGATIVE_INFINITY;
  #announced = new Set<WatchedThread>();
  #isProgramRunning = true;

  constructor(terminal: Terminal, isQuiet: boolean) {
    this.#terminal = terminal;
    this.#isQuiet = isQuiet;
  }

  /** Says that the watch begins, and how it ends. */
  begin(label: string, end: string): void {
    this.#speak(`plimsoll: watching ${label}; ${end}`);
  }

  /** Says something that cannot wait for the next line. */
  announce(text: string): void {
    this.#speak(`plimsoll: ${text}`);
  }

  /** The program has ended: nobody else writes to the terminal any more. */
  programEnded(): void {
    this.#isProgramRunning = false;
  }

  /** Hears a message of the watch. */
  hear(thread: WatchedThread, message: Message): void {
    if (message.kind === 'floor') this.#wordOf(thread).hear(thread.floors);
    if (message.kind === 'snapshot-begin') this.#beginPause(thread, message);
    if (message.kind === 'snapshot-end' && this.#announced.delete(thread)) this.#endPause(message);
    if (message.kind === 'snapshot-missed' && this.#announced.delete(thread)) {
      this.announce(`the snapshot was not taken: ${message.reason}`);
    }
  }

  /** What can be said of a thread so far; it may be taken back. */
  wordOn(thread: WatchedThread): string | undefined {
    return this.#wordOf(thread).text;
  }

  /** Looks whether a line is due. */
  tick(threads: readonly WatchedThread[]): void {
    if (this.#isQuiet || nowMs() - this.#lastLineMs < PLAIN_LINE_MS) return;
    const leader = [...threads].sort((a, b) => b.growth - a.growth)[0];
    if (leader === undefined) return;
    const writing = threads.find((thread) => thread.pending !== undefined);
    if (writing === undefined) {
      this.#speak(statusLine(leader, threads.length - 1, this.wordOn(leader), leader.ageAt(nowMs())));
    } else this.#speak(writingLine(writing));
  }

  /** Reading of the snapshots goes on: `done` of `total` bytes since `sinceMs`. */
  reading(done: number, total: number, sinceMs: number): void {
    this.work(() => `plimsoll: reading the snapshots: ${progressText(done, total, nowMs() - sinceMs)}`);
  }

  /** Shows work of ours after the program: live where the terminal is ours, else now and then a line. */
  work(line: () => string): void {
    if (this.#isQuiet) return;
    const isLive = !this.#isProgramRunning && this.#terminal.look.isTerminal;
    if (nowMs() - this.#lastLineMs < (isLive ? LIVE_LINE_MS : PLAIN_LINE_MS)) return;
    this.#lastLineMs = nowMs();
    if (isLive) this.#terminal.live(line());
    else this.#terminal.mention(line());
  }

  #speak(line: string): void {
    if (this.#isQuiet) return;
    this.#lastLineMs = nowMs();
    this.#terminal.mention(line);
  }

  #wordOf(thread: WatchedThread): FirstWord {
    const word = this.#words.get(thread) ?? new FirstWord();
    this.#words.set(thread, word);
    return word;
  }

  #beginPause(thread: WatchedThread, begin: SnapshotBegin): void {
    if (begin.estimate.pauseMs < NOTICEABLE_PAUSE_MS || this.#isQuiet) return;
    this.#announced.add(thread);
    const number = thread.pending?.number ?? 1;
    const size = formatBytes(begin.heapUsed);
    const pause = formatDuration(begin.estimate.pauseMs);
    this.announce(`snapshot ${number} of ${size}, to see who holds it: the program pauses for about ${pause}`);
  }

  #endPause(end: SnapshotEnd): void {
    this.announce(
      `snapshot written: ${formatBytes(end.fileBytes)}, the program stood still for ${formatDuration(end.pauseMs)}`,
    );
  }
}

function writingLine(thread: WatchedThread): string {
  const { number, begin, sinceMs } = thread.pending!;
  const progress = progressText(fileSize(begin.file), begin.estimate.fileBytes, nowMs() - sinceMs);
  return `plimsoll: writing snapshot ${number}, the program stands still: ${progress}`;
}
