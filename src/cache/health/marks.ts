/** Where the health of a cache may change; beside the cache itself, because it asks at each set and each removal. */
export class HealthMarks {
  /** `Health.check` is due at so many inserts, */
  checkAt = 0;
  /** at so many bytes or more, */
  bytesAbove: number = Infinity;
  /** and below so many. */
  bytesBelow = 0;
  /** `Health.settle` is due below so many entries. */
  sizeBelow = 0;
}
