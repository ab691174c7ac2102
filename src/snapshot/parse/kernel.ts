/**
 * The two inner loops of reading a snapshot: digits to integers, and quotes to string offsets.
 *
 * Nearly all bytes of a snapshot pass through them, so they work on one window of the file at a time, keep no state
 * of their own between calls but the fields below, and never allocate.
 */

/** Why a kernel stopped. */
export const STOP = {
  /** All input is used up. */
  INPUT: 0,
  /** The output is full. */
  OUTPUT: 1,
  /** The array's closing bracket was read. */
  CLOSED: 2,
  /** `at` stands on something else: a number below 0, above 2^32 - 1 or of more than 10 digits, or no such JSON. */
  ODD: 3,
} as const;

export type Stop = (typeof STOP)[keyof typeof STOP];

/** Where in the array of strings a kernel stands. */
export const TEXT = { OUTSIDE: 0, INSIDE: 1, ESCAPED: 2 } as const;

export interface Kernel {
  /** The window: bytes of the file are read into it. */
  readonly input: Uint8Array;
  readonly output: Uint32Array;
  /** Index in `input` of the first byte not used. */
  readonly at: number;
  /** Items in `output`. */
  readonly count: number;
  /** One of {@link TEXT}. */
  readonly text: number;

  /**
   * Reads the numbers from `input[from]` on into `output[count]` and on, up to `output[limit - 1]`. `input[to - 1]`
   * must be no digit, so that every number is whole. Commas and white space are passed over.
   */
  scanNumbers(from: number, to: number, count: number, limit: number): Stop;

  /**
   * Writes the indexes of the opening quotes from `input[from]` up to `to` into `output`, from its start. `text` says
   * where it starts, {@link Kernel.text} where it ended.
   */
  scanStrings(from: number, to: number, text: number): Stop;
}
