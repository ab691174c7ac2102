import type { Failures } from './failures.ts';
import type { Budget } from './rules/budget-options.ts';
import type { ComponentStatus } from './status.ts';

/** Asks every part of the program what it holds; `null` for one that throws or gives no number. */
export function readComponents(budgets: Iterable<Budget>, failures: Failures): ComponentStatus[] {
  return Array.from(budgets, ({ name, bytes, maxBytes }) => {
    let held: number | null = null;
    failures.guard(`the budget '${name}'`, () => {
      const answer: unknown = bytes();
      if (typeof answer !== 'number' || !(answer >= 0)) throw new TypeError('It gave no number of bytes.');
      held = answer;
    });
    return { name, bytes: held, maxBytes };
  });
}
