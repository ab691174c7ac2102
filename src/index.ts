/** `plimsoll`: the everyday names. */
export { type ErrorCode, isPlimsollError, PlimsollError } from './errors.ts';
