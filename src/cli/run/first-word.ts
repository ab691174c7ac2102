import { judgeLiveBytes } from '../../diagnose/verdict/index.ts';
import type { Floor } from '../../diagnose/wire.ts';

/** How often in a row the floors must say that memory rises before we do. */
const NEEDED_IN_A_ROW = 3;
/** Floors looked at; with more, every second one is left out. */
const MOST_FLOORS = 400;

/** What can be said of a program's floors while it runs; it may be taken back. **Cost:** under 1 ms a floor. */
export class FirstWord {
  #inARow = 0;
  #wasRising = false;
  #text: string | undefined;

  /** `undefined` while there is nothing to say. */
  get text(): string | undefined {
    return this.#text;
  }

  /** Hears that there is a new floor. */
  hear(floors: readonly Floor[]): void {
    if (floors.at(-1)?.atExit === true) return;
    const step = Math.ceil(floors.length / MOST_FLOORS);
    const { word } = judgeLiveBytes(floors.filter((_, index) => (floors.length - 1 - index) % step === 0));
    this.#inARow = word === 'rising' ? this.#inARow + 1 : 0;
    if (this.#inARow >= NEEDED_IN_A_ROW) {
      this.#wasRising = true;
      this.#text = 'rising';
    } else if (word === 'stopped' || word === 'flat') {
      this.#text = this.#wasRising ? 'no longer growing' : 'not growing';
    }
  }
}
