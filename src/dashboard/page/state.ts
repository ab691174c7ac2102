import type { History } from './history.ts';

/** All that a panel may show. What the server sends is as it came: see wire.ts. */
export interface PageState {
  /** The newest sample; `null` before the first. */
  readonly sample: unknown;
  /** Answers of the endpoints of these names; `null` where they cannot be asked. */
  readonly info: unknown;
  readonly resources: unknown;
  readonly alerts: unknown;
  readonly history: History;
  /** How much of the past the charts show, ms. */
  readonly spanMs: number;
  /** The server's clock, ms since 1970. */
  readonly now: number;
}

/** A part of the page. */
export interface Panel {
  show(state: PageState): void;
}
