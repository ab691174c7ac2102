/** What one session may use, split by component: warned of once, enforced at the limit. */
import type { Level } from '../base/alert.ts';
import { BudgetError, DisposedError } from '../base/errors.ts';
import { describeValue, invalidOption, readBytes } from '../base/options.ts';
import { formatBytes } from '../base/units.ts';

/** What happens to a charge that is too much. */
export type OverBudget =
  /** It throws. */
  | 'refuse'
  /** The session's own store gives its least useful entries back first; it throws when that is not enough. */
  | 'evict';

/** One part of a budget, or all of it. */
export interface BudgetUsage {
  readonly bytes: number;
  /** `null` without a limit. */
  readonly limitBytes: number | null;
  /** Used share of the limit; `null` without one. */
  readonly utilisation: number | null;
  readonly level: Level;
}

/** The part of the budget that a session's store counts in. */
export const STORE_COMPONENT = 'cache';

/** The store of a session, as far as its budget needs it. */
export interface BudgetStore {
  readonly bytes: number | undefined;
  shrink(fraction: number): unknown;
}

/** What is said of a budget: which part, how full, and whether something was refused. */
export interface BudgetNotice {
  readonly level: 'warning' | 'critical';
  /** `undefined`: all of it. */
  readonly component: string | undefined;
  readonly message: string;
}

export interface BudgetSettings {
  /** What messages call whoever has it. */
  readonly title: string;
  /** Bytes in all. */
  readonly limitBytes: number;
  /** Bytes of each component; `undefined`: components are any, and have no limit of their own. */
  readonly components: ReadonlyMap<string, number> | undefined;
  /** Share of a limit from which there is a warning, 0 to 1. */
  readonly warnAt: number;
  readonly onOver: OverBudget;
  readonly store: BudgetStore;
  readonly tell: (notice: BudgetNotice) => void;
}

/** Of the share at which a warning is given, so much must not be reached any more before it is given again. */
const CALM = 7 / 8;

/** How a limit stands with those who are told of it. */
type Told = 'ok' | 'warning' | 'critical';

const WHOLE = Symbol('the whole budget');

/**
 * A session's budget. Its store counts by itself, as component `cache`; everything else is charged by whoever uses it.
 *
 * Each limit, of a component or of the whole, warns once when it is reached by the share of `warnAt`, and again only after
 * less than 7/8 of that was used in between.
 */
export class Budget {
  readonly #settings: BudgetSettings;
  readonly #charged: Map<string, number> = new Map();
  readonly #told: Map<string | typeof WHOLE, Told> = new Map();
  #chargedBytes = 0;
  #isClosed = false;

  constructor(settings: BudgetSettings) {
    this.#settings = settings;
  }

  /** Bytes that it may use; `null` without a limit. */
  get limitBytes(): number | null {
    return finite(this.#settings.limitBytes);
  }

  /** Bytes used, of a component or in all. */
  used(component?: string): number {
    const ofStore = this.#settings.store.bytes ?? 0;
    if (component === undefined) return this.#chargedBytes + ofStore;
    return (this.#charged.get(component) ?? 0) + (component === STORE_COMPONENT ? ofStore : 0);
  }

  /** Bytes left, of a component or in all; `Infinity` without a limit. */
  left(component?: string): number {
    const whole = Math.max(0, this.#settings.limitBytes - this.used());
    return component === undefined
      ? whole
      : Math.min(whole, Math.max(0, this.#limitOf(component) - this.used(component)));
  }

  /**
   * Counts bytes as used.
   *
   * @param bytes - a number or text such as `'64KB'`
   * @throws {BudgetError} `PLIM_ERR_SESSION_BUDGET` when that is more than is left; nothing has been counted then
   * @throws {DisposedError} `PLIM_ERR_SESSION_CLOSED`
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  charge(component: string, bytes: number | string): void {
    const amount = readBytes('bytes', bytes);
    this.#assertKnown(component);
    if (this.#isClosed) throw new DisposedError('PLIM_ERR_SESSION_CLOSED', `${this.#settings.title} is closed.`);
    const over = this.#over(component, amount);
    if (over !== undefined) throw this.#refused(over, amount);
    this.#count(component, amount);
    this.check();
  }

  /** {@link charge} that answers `false` instead of throwing when there is not so much left. */
  tryCharge(component: string, bytes: number | string): boolean {
    try {
      this.charge(component, bytes);
      return true;
    } catch (error) {
      if (error instanceof BudgetError) return false;
      throw error;
    }
  }

  /**
   * Takes a charge back. Does nothing once the session has closed, which takes everything back.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` when so much was not charged: something is released twice
   */
  release(component: string, bytes: number | string): void {
    const amount = readBytes('bytes', bytes);
    this.#assertKnown(component);
    if (this.#isClosed) return;
    const charged = this.#charged.get(component) ?? 0;
    if (amount > charged) {
      throw invalidOption('bytes', `at most the ${charged} B that are charged to ${describeValue(component)}`, amount);
    }
    this.#count(component, -amount);
    this.check();
  }

  /** Usage in all. */
  whole(): BudgetUsage {
    return this.#usage(this.used(), this.#settings.limitBytes);
  }

  /** Usage by component: of those that have a limit or use something. */
  components(): Record<string, BudgetUsage> {
    const names = new Set([...(this.#settings.components?.keys() ?? []), ...this.#charged.keys(), STORE_COMPONENT]);
    return Object.fromEntries([...names].map((name) => [name, this.#usage(this.used(name), this.#limitOf(name))]));
  }

  /** Tells of limits that are reached, or not any more; what the store takes is noticed here. */
  check(): void {
    this.#judge(WHOLE, this.used(), this.#settings.limitBytes);
    for (const [name, limit] of this.#settings.components ?? []) this.#judge(name, this.used(name), limit);
  }

  /** Everything is taken back, and nothing can be charged any more. */
  close(): void {
    this.#isClosed = true;
    this.#charged.clear();
    this.#chargedBytes = 0;
  }

  #limitOf(component: string): number {
    return this.#settings.components?.get(component) ?? Infinity;
  }

  #assertKnown(component: string): void {
    const { components } = this.#settings;
    if (typeof component !== 'string') throw invalidOption('component', 'a text', component);
    if (components === undefined || components.has(component)) return;
    throw invalidOption('component', `one of ${[...components.keys()].join(', ')}`, component);
  }

  #count(component: string, amount: number): void {
    const bytes = (this.#charged.get(component) ?? 0) + amount;
    if (bytes === 0) this.#charged.delete(component);
    else this.#charged.set(component, bytes);
    this.#chargedBytes += amount;
  }

  /** The limit that a charge would exceed, when the store has given back what it can. */
  #over(component: string, amount: number): string | typeof WHOLE | undefined {
    const { onOver, store } = this.#settings;
    if (this.#excess(component, amount) > 0 && component !== STORE_COMPONENT) return component;
    const excess = Math.max(this.#excess(component, amount), this.#excess(WHOLE, amount));
    const stored = store.bytes ?? 0;
    if (excess > 0 && onOver === 'evict' && stored > 0) store.shrink(Math.min(1, excess / stored));
    if (this.#excess(component, amount) > 0) return component;
    return this.#excess(WHOLE, amount) > 0 ? WHOLE : undefined;
  }

  #excess(part: string | typeof WHOLE, amount: number): number {
    return part === WHOLE
      ? this.used() + amount - this.#settings.limitBytes
      : this.used(part) + amount - this.#limitOf(part);
  }

  #refused(over: string | typeof WHOLE, amount: number): BudgetError {
    const component = over === WHOLE ? undefined : over;
    const limit = component === undefined ? this.#settings.limitBytes : this.#limitOf(component);
    const message =
      `${this.#settings.title} uses ${formatBytes(this.used(component))} of its ${formatBytes(limit)}` +
      `${component === undefined ? '' : ` for ${describeValue(component)}`}: ${formatBytes(amount)} more were refused.`;
    if (this.#told.get(over) !== 'critical') {
      this.#told.set(over, 'critical');
      this.#settings.tell({ level: 'critical', component, message });
    }
    return new BudgetError('PLIM_ERR_SESSION_BUDGET', message);
  }

  #judge(part: string | typeof WHOLE, bytes: number, limit: number): void {
    const { warnAt, title, tell } = this.#settings;
    const share = bytes / limit;
    const told = this.#told.get(part) ?? 'ok';
    if (told !== 'ok' && share < warnAt * CALM) this.#told.delete(part);
    if (told !== 'ok' || !(share >= warnAt)) return;
    this.#told.set(part, 'warning');
    const component = part === WHOLE ? undefined : part;
    const of = component === undefined ? '' : ` for ${describeValue(component)}`;
    const used = `${formatBytes(bytes)} of its ${formatBytes(limit)}${of}, ${Math.round(share * 100)} %`;
    tell({ level: 'warning', component, message: `${title} uses ${used}.` });
  }

  #usage(bytes: number, limit: number): BudgetUsage {
    const share = bytes / limit;
    const level = share >= 1 ? 'critical' : share >= this.#settings.warnAt ? 'warning' : 'ok';
    return { bytes, limitBytes: finite(limit), utilisation: limit === Infinity ? null : share, level };
  }
}

function finite(limit: number): number | null {
  return limit === Infinity ? null : limit;
}
