/** What happens on a tick and after a collection: read, judge, tell, act. Plain wiring of the parts of a monitor. */
import type { Level } from '../base/alert.ts';
import type { ActionResult } from './actions/action.ts';
import { type CollectOptions, Collector, type CollectResult } from './actions/collect.ts';
import { ActionDesk } from './actions/action-desk.ts';
import { AlertBook } from './alerts/alert-book.ts';
import type { MonitorAlert } from './alerts/alert.ts';
import { readComponents } from './components.ts';
import { type ConfigurationFinding, judgeConfiguration } from './configuration.ts';
import type { Failures } from './failures.ts';
import { type GrowthsNow, GrowthTrackers } from './growth/trackers.ts';
import type { MonitorSettings } from './options.ts';
import type { Budget } from './rules/budget-options.ts';
import { judgeView, settingOf } from './rules/judge.ts';
import type { View } from './rules/view.ts';
import { Sampler } from './sampling/sampler.ts';
import type { LoadFigures } from './shed/figures.ts';
import type { ComponentStatus } from './status.ts';

/** What the engine needs from its monitor. */
export interface EngineParts {
  readonly settings: MonitorSettings;
  readonly failures: Failures;
  readonly work: () => number;
  readonly watchedListeners: () => Readonly<Record<string, number>>;
  readonly onAlert: (alert: MonitorAlert) => void;
  readonly onAction: (name: string, result: ActionResult) => void;
}

/** A floor that is asked for may stop the program for so long, ms. */
const FLOOR_MAX_PAUSE_MS = 100;

/** The parts of a monitor, and their order. */
export class Engine {
  readonly sampler: Sampler;
  readonly book: AlertBook;
  readonly desk: ActionDesk;
  readonly budgets: Map<string, Budget>;
  readonly #parts: EngineParts;
  readonly #collector: Collector;
  readonly #trackers: GrowthTrackers;
  #growths: GrowthsNow;
  #components: readonly ComponentStatus[] = [];
  #configuration: ConfigurationFinding | null = null;
  #sampledAt = -Infinity;
  #floorsTracked = 0;

  constructor(parts: EngineParts) {
    const { settings, failures } = parts;
    const { clock, door } = settings;
    this.#parts = parts;
    this.budgets = new Map(settings.budgets.map((budget) => [budget.name, budget]));
    this.#collector = new Collector(door, clock);
    this.#trackers = new GrowthTrackers(settings.rules, settings.judge);
    this.#growths = this.#trackers.growths(clock.steadyNow());
    this.book = new AlertBook(settings.name, clock, settings.repeatAfterMs, parts.onAlert);
    this.desk = new ActionDesk(settings.actions, {
      clock,
      contextOf: (alert) => ({
        alert,
        collect: (options) => this.collect(options),
        ignoreCollections: () => this.sampler.ignoreUntilNow(),
      }),
      onResult: parts.onAction,
      onError: failures.tell,
    });
    this.sampler = new Sampler({
      door,
      clock,
      work: parts.work,
      watchedListeners: parts.watchedListeners,
      onMajor: () => this.#onMajor(),
      guard: failures.guard,
    });
  }

  get level(): Level {
    return this.book.level;
  }

  get growths(): GrowthsNow {
    return this.#growths;
  }

  get components(): readonly ComponentStatus[] {
    return this.#components;
  }

  get configuration(): ConfigurationFinding | null {
    return this.#configuration;
  }

  /** Reads, judges, tells and acts; every step in spite of the others. */
  tick(): void {
    const { settings, failures, work } = this.#parts;
    const { guard } = failures;
    const now = settings.clock.steadyNow();
    guard('a floor', () => this.#keepFloorFresh());
    guard('a sample', () => {
      const sample = this.sampler.take();
      this.#sampledAt = now;
      this.#trackers.addSample(now, sample, work());
      const limit = sample.heap?.floorLimitBytes;
      if (limit !== undefined) this.#configuration ??= judgeConfiguration(limit, sample.container?.limitBytes ?? null);
    });
    this.#components = readComponents(this.budgets.values(), failures);
    guard('the judgement of growth', () => {
      this.#trackers.judgeNext(now);
      this.#growths = this.#trackers.growths(now);
    });
    this.#judge('tick');
  }

  /** Collects garbage within limits; what follows says nothing of the program's own collections. */
  collect(options: CollectOptions): CollectResult {
    const result = this.#collector.collect(options);
    if (result.outcome === 'done') this.sampler.ignoreUntilNow();
    return result;
  }

  figures(): LoadFigures {
    const { latest, floors } = this.sampler;
    const limit = latest?.heap?.floorLimitBytes;
    const container = latest?.container;
    return {
      ageMs: this.#parts.settings.clock.steadyNow() - this.#sampledAt,
      heap: limit === undefined || floors.newest === undefined ? null : floors.newest.heapBytes / limit,
      container: container?.limitBytes == null ? null : container.workingSetBytes / container.limitBytes,
      pressure: latest?.pressure?.some10 ?? null,
      loopDelay: latest?.loopDelay?.p99Ms ?? null,
      utilization: latest?.loopUtilization ?? null,
    };
  }

  #keepFloorFresh(): void {
    if (this.sampler.floorAgeMs < this.#parts.settings.maxFloorAgeMs) return;
    if (this.collect({ maxPause: FLOOR_MAX_PAUSE_MS }).outcome === 'done') this.sampler.recordFloor();
  }

  #onMajor(): void {
    const { newest, count } = this.sampler.floors;
    if (newest !== undefined && count !== this.#floorsTracked) {
      this.#trackers.addFloor(this.#parts.settings.clock.steadyNow(), newest);
      this.#floorsTracked = count;
    }
    this.#judge('major');
  }

  #judge(when: 'major' | 'tick'): void {
    const view = this.#view();
    if (view === undefined) return;
    const { settings, failures } = this.#parts;
    failures.guard('the rules', () => {
      for (const verdict of judgeView(view, settings.rules, this.book.verdictLevel, when)) {
        this.book.take(verdict, settingOf(verdict.rule, settings.rules));
      }
    });
    failures.guard('the actions', () => this.desk.act(this.book.pressing()));
  }

  #view(): View | undefined {
    const { latest, count, usedBytes, floors, collections, cycleShare } = this.sampler;
    if (latest === undefined) return undefined;
    return {
      sample: latest,
      samples: count,
      usedBytes: usedBytes ?? latest.memory.heapUsed,
      floor: floors.newest,
      floors: floors.count,
      gcShare: collections?.share(this.#parts.settings.clock.steadyNow()) ?? null,
      cycleShare,
      ...this.#growths,
      components: this.#components,
      configuration: this.#configuration,
    };
  }
}
