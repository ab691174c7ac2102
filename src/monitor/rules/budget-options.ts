import { invalidOption, readBytes } from '../../base/options.ts';

/** What a part of the program may hold. */
export interface BudgetOptions {
  /** How many bytes it holds now; asked at every sample, so it must be cheap. */
  readonly bytes: () => number;
  /** Critical at it, a warning at 80 % of it. */
  readonly maxBytes: number | string;
}

/** {@link BudgetOptions}, checked. */
export interface Budget {
  readonly name: string;
  readonly bytes: () => number;
  readonly maxBytes: number;
}

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function readBudgets(budgets: Readonly<Record<string, BudgetOptions>>): readonly Budget[] {
  if (typeof budgets !== 'object' || budgets === null) throw invalidOption('budgets', 'an object', budgets);
  return Object.entries(budgets).map(([name, budget]) => readBudget(`budgets.${name}`, name, budget));
}

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function readBudget(option: string, name: string, budget: BudgetOptions): Budget {
  if (typeof budget !== 'object' || budget === null) throw invalidOption(option, 'an object', budget);
  if (typeof budget.bytes !== 'function') throw invalidOption(`${option}.bytes`, 'a function', budget.bytes);
  return { name, bytes: budget.bytes, maxBytes: readBytes(`${option}.maxBytes`, budget.maxBytes, 1) };
}
