/** What the first tier holds of a key. */
export class Held<V> {
  readonly value: V | undefined;
  /** It is known that there is no value. */
  readonly isMissing: boolean;
  readonly stamp: string;
  /** The time of trust in which it came; it is trusted as long as that lasts. */
  readonly epoch: number;

  constructor(value: V | undefined, isMissing: boolean, stamp: string, epoch: number) {
    this.value = value;
    this.isMissing = isMissing;
    this.stamp = stamp;
    this.epoch = epoch;
  }
}

/** The value of what is held, or of nothing. */
export function valueOf<V>(held: Held<V> | undefined): V | undefined {
  return held?.value;
}
