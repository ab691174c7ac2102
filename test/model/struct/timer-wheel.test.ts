import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerWheel } from '../../../src/struct/timer-wheel.ts';
import { holds } from '../../helpers/properties.ts';

/** The same, as a plain map. */
class NaiveDeadlines {
  readonly deadlines = new Map<number, number>();

  advance(now: number): number[] {
    const due = [...this.deadlines].filter(([, deadline]) => deadline <= now).map(([slot]) => slot);
    for (const slot of due) this.deadlines.delete(slot);
    return due.sort((a, b) => a - b);
  }

  get first(): number {
    return Math.min(Infinity, ...this.deadlines.values());
  }
}

const slot = fc.nat(40);
/** Near, far and at the borders of the wheel's digits. */
const delay = fc.oneof(
  fc.nat(100),
  fc.nat(100_000),
  fc.nat(2 ** 31 - 1),
  fc.maxSafeNat(),
  fc.tuple(fc.nat(44), fc.integer({ min: -2, max: 2 })).map(([bits, more]) => Math.max(0, 2 ** bits + more)),
);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('schedule' as const), slot, delay }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('putOff' as const), slot, delay }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), slot }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), delay, limit: fc.nat(5) }) },
);

test('a wheel gives what a list of deadlines gives', () => {
  holds(
    fc.property(fc.nat(2 ** 31 - 1), fc.array(step, { maxLength: 60 }), (start, steps) => {
      const wheel = new TimerWheel();
      const naive = new NaiveDeadlines();
      let now = start;
      wheel.advance(now, Infinity, () => expect.fail('nothing is there'));
      for (const one of steps) {
        if (one.kind === 'schedule') {
          wheel.schedule(one.slot, now + one.delay);
          naive.deadlines.set(one.slot, now + one.delay);
        } else if (one.kind === 'putOff') {
          const old = naive.deadlines.get(one.slot);
          if (old !== undefined) {
            wheel.putOff(one.slot, now + one.delay);
            naive.deadlines.set(one.slot, Math.max(old, now + one.delay));
          }
        } else if (one.kind === 'cancel') {
          wheel.cancel(one.slot);
          naive.deadlines.delete(one.slot);
        } else {
          now = Math.min(now + one.delay, 2 ** 44);
          // In pieces of `limit` looks, as a sweep with little time does it.
          const due: number[] = [];
          while (wheel.nextDue <= now) wheel.advance(now, one.limit + 1, (due_) => due.push(due_));
          expect(due.sort((a, b) => a - b)).toEqual(naive.advance(now));
        }
        expect(wheel.size).toBe(naive.deadlines.size);
        expect(wheel.nextDue).toBeLessThanOrEqual(naive.first);
        for (const [known, deadline] of naive.deadlines) expect(wheel.deadlines[known]).toBe(deadline);
      }
    }),
    1500,
  );
});
