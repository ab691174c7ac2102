/** Follows the session files of all threads of a watched program. */
import fs from 'node:fs';
import path from 'node:path';
import type { Message } from '../../diagnose/wire.ts';
import { LineCutter, readMessage } from './messages.ts';

const CHUNK_BYTES = 64 * 1024;
/** Look-round while the system tells us of changes, and while it does not, ms. */
const SLOW_POLL_MS = 1_000;
const FAST_POLL_MS = 100;
const LINES_ENDING = '.jsonl';

interface Tail {
  readonly file: string;
  readonly cutter: LineCutter;
  offset: number;
}

/** Hands on each message once, in the order of its thread; unreadable lines are counted. */
export class Channel {
  readonly #dir: string;
  readonly #onMessage: (key: string, message: Message) => void;
  readonly #tails = new Map<string, Tail>();
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);
  #watcher: fs.FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #badLines = 0;

  constructor(dir: string, onMessage: (key: string, message: Message) => void) {
    this.#dir = dir;
    this.#onMessage = onMessage;
  }

  /** Lines that held no message. */
  get badLines(): number {
    return this.#badLines;
  }

  start(): void {
    try {
      this.#watcher = fs.watch(this.#dir, () => this.poll());
      this.#watcher.on('error', () => this.#pollEvery(FAST_POLL_MS));
      this.#pollEvery(SLOW_POLL_MS);
    } catch {
      // No watch is to be had (their number is limited, some file systems have none): look round often instead.
      this.#pollEvery(FAST_POLL_MS);
    }
  }

  stop(): void {
    this.#watcher?.close();
    clearInterval(this.#timer);
  }

  /** Reads all that was written since the last time. */
  poll(): void {
    for (const name of this.#names()) {
      const key = name.slice(0, -LINES_ENDING.length);
      if (!this.#tails.has(key)) {
        this.#tails.set(key, { file: path.join(this.#dir, name), cutter: new LineCutter(), offset: 0 });
      }
    }
    for (const [key, tail] of this.#tails) this.#read(key, tail);
  }

  #pollEvery(ms: number): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.poll(), ms);
  }

  #names(): string[] {
    try {
      return fs.readdirSync(this.#dir).filter((name) => name.endsWith(LINES_ENDING));
    } catch {
      return [];
    }
  }

  #read(key: string, tail: Tail): void {
    for (const line of this.#newLines(tail)) {
      const message = readMessage(line);
      if (message === undefined) this.#badLines++;
      else this.#onMessage(key, message);
    }
  }

  #newLines(tail: Tail): string[] {
    const lines: string[] = [];
    try {
      if (fs.statSync(tail.file).size <= tail.offset) return lines;
      const fd = fs.openSync(tail.file, 'r');
      try {
        for (;;) {
          const length = fs.readSync(fd, this.#chunk, 0, CHUNK_BYTES, tail.offset);
          if (length === 0) break;
          tail.offset += length;
          lines.push(...tail.cutter.push(Buffer.from(this.#chunk.subarray(0, length))));
        }
      } finally {
        fs.closeSync(fd);
      }
    } catch {
      // Removed under our hands: what was read before still counts.
    }
    return lines;
  }
}
