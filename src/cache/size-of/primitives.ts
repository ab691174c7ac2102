import { BYTES, roundUp, WORD } from './layout.ts';
import { symbolDescription } from './natives.ts';
import { stringBytes } from './strings.ts';

/** Whether a number stands in its slot itself: 32 bits, and not -0. */
export function isSmallInteger(value: number): boolean {
  return (value | 0) === value && (value !== 0 || 1 / value > 0);
}

export function numberBytes(value: number): number {
  return isSmallInteger(value) ? 0 : BYTES.heapNumber;
}

/** Sign and length, then the magnitude in digits of 64 bits. */
export function bigintBytes(value: bigint): number {
  if (value === 0n) return BYTES.bigintHeader;
  if (BigInt.asIntN(64, value) === value) return BYTES.bigintHeader + WORD;
  const magnitude = value < 0n ? -value : value;
  const bits = 4 * magnitude.toString(16).length;
  return BYTES.bigintHeader + roundUp(bits / 8);
}

export function symbolBytes(value: symbol): number {
  return BYTES.symbol + stringBytes(symbolDescription.call(value) ?? '');
}
