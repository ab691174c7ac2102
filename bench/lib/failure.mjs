/** Something that the person at the keyboard can put right: shown as one line, without a stack. */
export class BenchFailure extends Error {}

/** The message of anything that was thrown. */
export function messageOf(thrown) {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
