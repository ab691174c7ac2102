import { type Kernel, STOP, type Stop, TEXT } from './kernel.ts';

/** How bytes look once the digit zero is taken off. */
const COMMA = 44 - 48;
const SPACE = 32 - 48;
const TAB = 9 - 48;
const LINE_FEED = 10 - 48;
const RETURN = 13 - 48;
const BRACKET = 93 - 48;

const QUOTE = 34;
const BACKSLASH = 92;

/** The kernel in plain JavaScript: runs everywhere. */
export class JsKernel implements Kernel {
  readonly input: Uint8Array;
  readonly output: Uint32Array;
  at = 0;
  count = 0;
  text: number = TEXT.OUTSIDE;

  constructor(inputBytes: number, outputLength: number) {
    this.input = new Uint8Array(inputBytes);
    this.output = new Uint32Array(outputLength);
  }

  scanNumbers(from: number, to: number, count: number, limit: number): Stop {
    const { input, output } = this;
    let at = from;
    let stop: Stop = STOP.INPUT;
    while (at < to) {
      let digit = input[at]! - 48;
      if (digit >= 0 && digit <= 9) {
        if (count === limit) {
          stop = STOP.OUTPUT;
          break;
        }
        const start = at;
        let value = digit;
        digit = input[++at]! - 48;
        while (digit >= 0 && digit <= 9) {
          value = value * 10 + digit;
          digit = input[++at]! - 48;
        }
        // Up to nine digits always fit.
        if (at - start > 9 && (value > 0xffffffff || at - start > 10)) {
          at = start;
          stop = STOP.ODD;
          break;
        }
        output[count++] = value;
        if (digit === COMMA) at++;
      } else if (digit === COMMA || digit === LINE_FEED || digit === SPACE || digit === RETURN || digit === TAB) {
        at++;
      } else {
        stop = digit === BRACKET ? STOP.CLOSED : STOP.ODD;
        if (stop === STOP.CLOSED) at++;
        break;
      }
    }
    this.at = at;
    this.count = count;
    return stop;
  }

  scanStrings(from: number, to: number, text: number): Stop {
    const { input, output } = this;
    const limit = output.length;
    let at = from;
    let count = 0;
    let stop: Stop = STOP.INPUT;
    while (at < to) {
      if (text === TEXT.OUTSIDE) {
        const byte = input[at]!;
        if (byte === QUOTE) {
          if (count === limit) {
            stop = STOP.OUTPUT;
            break;
          }
          output[count++] = at++;
          text = TEXT.INSIDE;
        } else {
          const digit = byte - 48;
          if (digit === COMMA || digit === LINE_FEED || digit === SPACE || digit === RETURN || digit === TAB) {
            at++;
            continue;
          }
          stop = digit === BRACKET ? STOP.CLOSED : STOP.ODD;
          if (stop === STOP.CLOSED) at++;
          break;
        }
      }
      if (text === TEXT.ESCAPED && at < to) {
        at++;
        text = TEXT.INSIDE;
      }
      while (at < to) {
        const byte = input[at++]!;
        if (byte === QUOTE) {
          text = TEXT.OUTSIDE;
          break;
        }
        if (byte === BACKSLASH) {
          if (at === to) text = TEXT.ESCAPED;
          else at++;
        }
      }
    }
    this.at = at;
    this.count = count;
    this.text = text;
    return stop;
  }
}
