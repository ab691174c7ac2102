/** The line that memory may not pass: above it, caches give back what is worth least. */
import type { Timer } from '../../base/clock.ts';
import { Emitter, type EventListener } from '../../base/emitter.ts';
import { liveOf } from '../../base/registry.ts';
import { readBytes } from '../../base/options.ts';
import { formatBytes } from '../../base/units.ts';
import { warn } from '../../base/warnings.ts';
import { type AllGivenBack, giveBack } from './give-back.ts';
import { type Line, Lines } from './lines.ts';
import { Pace } from './pace.ts';
import { type LoadLineOptions, type LoadLineSettings, resolveLoadLineOptions } from './options.ts';

/** What was asked of the caches, and what they gave. */
export interface Relief extends AllGivenBack {
  /** When, in ms since 1970. */
  readonly at: number;
  /** The line that was passed; `null` when {@link LoadLine.relieve} was called below all. */
  readonly line: Line | null;
  /** Bytes that were asked for. */
  readonly wanted: number;
}

/** What a load line tells. */
export interface LoadLineEvents {
  /** Caches were asked. */
  relieved: Relief;
  /** They were asked, and could not give as much: what fills memory is something else. */
  short: Relief;
}

/** How things stand. */
export interface LoadLineStatus {
  readonly isRunning: boolean;
  /** The lines that bind here; empty where neither heap nor container have a limit. */
  readonly lines: readonly Line[];
  /** Whether collections are told; without them it goes by its timer alone. `null` before the start. */
  readonly hearsCollections: boolean | null;
  /** How often caches were asked, and what they gave in all. */
  readonly reliefs: number;
  readonly bytesGivenBack: number;
  readonly last: Relief | null;
}

/**
 * Asks the process's caches for memory before it runs out: those first whose least useful bytes are worth least.
 *
 * After each major collection, and on a timer in between, what lives is compared with the limit: the sooner, the faster memory
 * fills. Above `high` of it the caches are asked for the excess over `low`. It never forces a collection, holds nothing open, and knows caches by the process's
 * registry: every `Cache` is in it.
 *
 * A program that fills memory in one go, without ever giving the event loop a turn, cannot be helped.
 *
 * **Cost:** about 20 us each time it looks, every 10 ms at most; nothing for the caches while there is room.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 *
 * @example
 * const line = new LoadLine().start();
 * line.on('relieved', ({ bytes, given }) => log.info({ bytes, given }, 'caches gave memory back'));
 */
export class LoadLine {
  readonly #settings: LoadLineSettings;
  readonly #lines: Lines;
  readonly #events: Emitter<LoadLineEvents>;
  readonly #pace: Pace;
  #timer: Timer | undefined;
  #stopObserving: (() => void) | null | undefined;
  #reliefs = 0;
  #bytesGivenBack = 0;
  #last: Relief | null = null;
  #isShort = false;

  constructor(options: LoadLineOptions = {}) {
    this.#settings = resolveLoadLineOptions(options);
    this.#lines = new Lines(this.#settings);
    this.#pace = new Pace(this.#settings);
    this.#events = new Emitter(this.#settings.onError);
  }

  /** Looks after memory by itself until {@link stop}. Does nothing when it does already. */
  start(): this {
    if (this.#timer !== undefined) return this;
    this.#stopObserving = this.#settings.door.observeMajors(() => this.#look(true));
    // Listeners come after the start: nothing is asked of the caches yet.
    this.#read(false);
    return this;
  }

  /** No timer, no observer after it. It can be started again. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#stopObserving?.();
    this.#stopObserving = undefined;
    this.#lines.forgetFloor();
    this.#pace.forget();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** Calls `listener` at each event until the returned function is called. */
  on<Name extends keyof LoadLineEvents>(event: Name, listener: EventListener<LoadLineEvents[Name]>): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * Asks the caches now, whatever the level: for `bytes`, or else for the excess over `low`, and for what lies between `high` and
   * `low` of the tightest limit at least.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  relieve(bytes?: number | string): Relief {
    this.#lines.read(false);
    const line = this.#tightest();
    const { high, low } = this.#settings;
    const usual =
      line === undefined ? 0 : Math.max(line.usedBytes - low * line.limitBytes, (high - low) * line.limitBytes);
    const wanted = bytes === undefined ? usual : readBytes('bytes', bytes);
    return this.#ask(Math.ceil(wanted), line !== undefined && line.share > high ? line : null);
  }

  /** How things stand, by a fresh reading. */
  status(): LoadLineStatus {
    this.#lines.read(false);
    return {
      isRunning: this.#timer !== undefined,
      lines: this.#lines.all(),
      hearsCollections: this.#stopObserving === undefined ? null : this.#stopObserving !== null,
      reliefs: this.#reliefs,
      bytesGivenBack: this.#bytesGivenBack,
      last: this.#last,
    };
  }

  #look(isFloor: boolean): void {
    if (this.#read(isFloor)) this.#hold();
  }

  /** Reads memory, and sees to it that it is looked at again in time. Never throws: it runs from a timer or an observer. */
  #read(isFloor: boolean): boolean {
    this.#timer?.cancel();
    const { clock, intervalMs, onError } = this.#settings;
    let wait: number | undefined;
    try {
      this.#lines.read(isFloor);
      wait = this.#pace.next(this.#tightest());
    } catch (error) {
      onError?.(error, 'look');
    }
    this.#timer = clock.startTimer(() => this.#look(false), wait ?? intervalMs);
    return wait !== undefined;
  }

  /** Asks the caches when the line is passed. A listener may stop it meanwhile. */
  #hold(): void {
    const { high, low } = this.#settings;
    const line = this.#tightest();
    if (line !== undefined && line.share > high) this.#ask(Math.ceil(line.usedBytes - low * line.limitBytes), line);
    else if (line === undefined || line.share <= low) this.#isShort = false;
  }

  /** The line of which the greatest share is taken. */
  #tightest(): Line | undefined {
    return this.#lines.all().sort((a, b) => b.share - a.share)[0];
  }

  #ask(wanted: number, line: Line | null): Relief {
    const { clock } = this.#settings;
    const relief: Relief = { at: clock.wallNow(), line, wanted, ...giveBack(liveOf('cache'), wanted) };
    // Where no collections are told, what is read is all there is to go by.
    if (typeof this.#stopObserving === 'function') this.#lines.gaveBack(relief.bytes);
    if (relief.bytes > 0) {
      this.#reliefs++;
      this.#bytesGivenBack += relief.bytes;
      this.#log(relief);
      this.#last = relief;
      this.#events.emit('relieved', relief);
    }
    if (relief.bytes < wanted) this.#short(relief);
    return relief;
  }

  #log(relief: Relief): void {
    const { logger, onError } = this.#settings;
    try {
      logger?.warn({ relief }, `Caches gave back ${formatBytes(relief.bytes)}.`);
    } catch (error) {
      onError?.(error, 'logger');
    }
  }

  /** Said once, until there was room again. */
  #short(relief: Relief): void {
    if (this.#isShort) return;
    this.#isShort = true;
    this.#last = relief;
    if (relief.line !== null) warn({ code: 'PLIM_WARN_LOAD_LINE_SHORT', message: shortMessage(relief, relief.line) });
    this.#events.emit('short', relief);
  }
}

function shortMessage({ wanted, bytes }: Relief, { of, usedBytes, limitBytes }: Line): string {
  const what = of === 'heap' ? 'The heap' : 'The process';
  return (
    `${what} holds ${formatBytes(usedBytes)} of ${formatBytes(limitBytes)}; asked for ${formatBytes(wanted)}, the caches ` +
    `could give ${formatBytes(bytes)}. Something else fills memory.`
  );
}
