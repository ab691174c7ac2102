// A file written in large pieces: rows of numbers faster than by strings.
import fs from 'node:fs';

const PIECE = 4 << 20;
/** More than any row takes; longer texts go around the buffer. */
const ROOM = 4096;

export class TextFile {
  #file;
  #bytes = Buffer.allocUnsafe(PIECE + ROOM);
  #length = 0;

  constructor(path) {
    this.#file = fs.openSync(path, 'w');
  }

  /** Writes ASCII text. */
  text(text) {
    if (text.length > ROOM) {
      this.#flush();
      fs.writeSync(this.#file, text);
      return;
    }
    this.#length += this.#bytes.latin1Write(text, this.#length);
    this.#flushIfFull();
  }

  /** Writes whole numbers from 0, with commas between them and, unless it is the first row, a comma before it. */
  row(numbers, isFirst) {
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < numbers.length; i++) {
      if (i > 0 || !isFirst) bytes[at++] = 44;
      at = writeDigits(bytes, at, numbers[i]);
    }
    bytes[at++] = 10;
    this.#length = at;
    this.#flushIfFull();
  }

  close() {
    this.#flush();
    fs.closeSync(this.#file);
  }

  #flushIfFull() {
    if (this.#length >= PIECE) this.#flush();
  }

  #flush() {
    for (let done = 0; done < this.#length; ) done += fs.writeSync(this.#file, this.#bytes, done, this.#length - done);
    this.#length = 0;
  }
}

function writeDigits(bytes, at, number) {
  let digits = 1;
  for (let power = 10; power <= number; power *= 10) digits++;
  for (let place = at + digits - 1, rest = number; place >= at; place--) {
    const next = Math.floor(rest / 10);
    bytes[place] = 48 + rest - next * 10;
    rest = next;
  }
  return at + digits;
}
