import { now } from '../../runtime/index.ts';

/** The thread's own time: ms since its start with our pauses taken off, so that growth per ms is the program's. */
export class PlimsollProbeClock {
  readonly #startedAt: number;
  #pausedMs = 0;

  /** @param startedAt - when the thread started, on the clock of `now`: later than 0 for workers */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  at(): number {
    return now() - this.#startedAt - this.#pausedMs;
  }

  /** Takes off what stopped the program for our sake. */
  takeOff(pauseMs: number): void {
    this.#pausedMs += pauseMs;
  }
}
