/** What a monitor needs to know of whoever sheds load by its figures. */
export interface ShedStatus {
  /** Share of normal requests that are refused now, 0 to 1; `null` when the figures are too old to go by. */
  readonly share: number | null;
  /** Which figure asks for it. */
  readonly reason: string | null;
  readonly admitted: number;
  /** Refused requests by reason and route. */
  readonly shed: readonly { readonly reason: string; readonly route: string; readonly count: number }[];
}

/** The figures that load is shed by, as of the newest sample or floor; `null` is what is not known. */
export interface LoadFigures {
  /** Time since the newest sample, ms; `Infinity` before the first. */
  readonly ageMs: number;
  /** The heap's floor, or what is held for sure, as a share of its limit. */
  readonly heap: number | null;
  /** The container's working set as a share of its limit. */
  readonly container: number | null;
  /** Share of time in which work waited for memory. */
  readonly pressure: number | null;
  /** The 99th percentile of the event loop's delay since the sample before, ms. */
  readonly loopDelay: number | null;
  /** Share of its time that the event loop worked. */
  readonly utilization: number | null;
}
