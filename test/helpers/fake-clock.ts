import type { Clock, Timer } from '../../src/base/clock.ts';

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  private wall: number;
  private steady = 0;
  private made = 0;
  private readonly waiting = new Set<Waiting>();

  constructor(wallMs: number = Date.UTC(2026, 0, 1)) {
    this.wall = wallMs;
  }

  wallNow(): number {
    return this.wall;
  }

  steadyNow(): number {
    return this.steady;
  }

  startTimer(run: () => void, ms: number): Timer {
    const entry: Waiting = { at: this.steady + Math.max(0, ms), order: this.made++, run };
    this.waiting.add(entry);
    return { cancel: () => void this.waiting.delete(entry) };
  }

  /** How many timers wait to fire. */
  get pendingTimers(): number {
    return this.waiting.size;
  }

  /** Lets `ms` pass on both scales, firing what falls due, each at its own moment. */
  advance(ms: number): void {
    const end = this.steady + ms;
    for (let next = this.nextDue(end); next !== undefined; next = this.nextDue(end)) {
      this.waiting.delete(next);
      this.move(Math.max(0, next.at - this.steady));
      next.run();
    }
    this.move(end - this.steady);
  }

  /** {@link advance}, giving promises their turn after every timer. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.steady + ms;
    await settle();
    for (let next = this.nextDue(end); next !== undefined; next = this.nextDue(end)) {
      this.waiting.delete(next);
      this.move(Math.max(0, next.at - this.steady));
      next.run();
      await settle();
    }
    this.move(end - this.steady);
    await settle();
  }

  /** The machine sleeps: the wall clock goes on, the steady one and its timers do not. */
  sleep(ms: number): void {
    this.wall += ms;
  }

  /** The event loop is blocked: time goes by, and no timer fires. */
  block(ms: number): void {
    this.move(ms);
  }

  /** Somebody sets the system's clock. */
  setWall(wallMs: number): void {
    this.wall = wallMs;
  }

  private move(ms: number): void {
    this.steady += ms;
    this.wall += ms;
  }

  private nextDue(end: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const entry of this.waiting) {
      if (entry.at > end) continue;
      if (first === undefined || entry.at < first.at || (entry.at === first.at && entry.order < first.order))
        first = entry;
    }
    return first;
  }
}

/** Lets every promise that is ready run, and what those make ready. */
export async function settle(turns: number = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
}
