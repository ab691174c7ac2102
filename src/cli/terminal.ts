/**
 * Our side of the terminal: all that Plimsoll says while a program runs goes through here, to standard error.
 *
 * Written with plain asynchronous writes on the descriptor: `process.stderr` would switch a pipe that the program
 * shares with us to non-blocking, and would stop our clock and our signals while a slow reader catches up.
 */
import fs from 'node:fs';
import tty from 'node:tty';
import { systemCodeOf } from '../base/errors.ts';

const STDERR = 2;
const RETRY_MS = 20;
const CLEAR_LINE = '\r\u001b[2K';

/** What the terminal behind standard error can do. */
export interface TerminalLook {
  readonly isTerminal: boolean;
  /** `undefined` when it is not a terminal. */
  readonly columns: number | undefined;
  readonly hasColors: boolean;
}

/** Looks at standard error without touching it when it is a pipe or a file. */
export function lookOfStderr(env: Readonly<NodeJS.ProcessEnv>): TerminalLook {
  if (!tty.isatty(STDERR)) return { isTerminal: false, columns: undefined, hasColors: false };
  const isPlain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    isTerminal: true,
    columns: process.stderr.columns > 0 ? process.stderr.columns : undefined,
    hasColors: !isPlain && process.stderr.hasColors(),
  };
}

/** Lines and one live line on a stream that may be slow or gone; nothing here ever throws. */
export class Terminal {
  readonly #fd: number;
  readonly #look: () => TerminalLook;
  #queue: Buffer[] = [];
  #isWriting = false;
  #isGone = false;
  #hasLiveLine = false;
  #onIdle: (() => void)[] = [];

  constructor(look: () => TerminalLook, fd: number = STDERR) {
    this.#look = look;
    this.#fd = fd;
  }

  /** What the stream can do now; a window may have been resized. */
  get look(): TerminalLook {
    return this.#look();
  }

  /** Writes text that must not get lost; a newline is added. */
  say(text: string): void {
    this.clearLive();
    this.#write(`${text}\n`);
  }

  /** Writes a line that is outdated by the next one: left out while the reader is behind. */
  mention(text: string): void {
    if (!this.#isWriting) this.say(text);
  }

  /** Shows `text` in place of the last live line, cut to the window; only for terminals nobody else writes to. */
  live(text: string): void {
    if (this.#isWriting) return;
    const columns = this.look.columns ?? 80;
    this.#hasLiveLine = true;
    this.#write(
      CLEAR_LINE +
        Array.from(text)
          .slice(0, columns - 1)
          .join(''),
    );
  }

  /** Takes the live line away. */
  clearLive(): void {
    if (!this.#hasLiveLine) return;
    this.#hasLiveLine = false;
    this.#write(CLEAR_LINE);
  }

  /** Resolves when all that was said is written, or can never be. */
  async flush(): Promise<void> {
    if (!this.#isWriting) return;
    await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #write(text: string): void {
    if (this.#isGone) return;
    this.#queue.push(Buffer.from(text));
    if (!this.#isWriting) this.#next();
  }

  #next(): void {
    const chunk = this.#queue.shift();
    this.#isWriting = chunk !== undefined;
    if (chunk === undefined) {
      for (const resolve of this.#onIdle.splice(0)) resolve();
      return;
    }
    fs.write(this.#fd, chunk, (error, written) => {
      if (error === null) {
        if (written < chunk.length) this.#queue.unshift(chunk.subarray(written));
        this.#next();
      } else if (systemCodeOf(error) === 'EAGAIN') {
        this.#queue.unshift(chunk);
        setTimeout(() => this.#next(), RETRY_MS);
      } else {
        // Closed by its reader: the program and the report files matter more than our words.
        this.#isGone = true;
        this.#queue = [];
        this.#next();
      }
    });
  }
}
