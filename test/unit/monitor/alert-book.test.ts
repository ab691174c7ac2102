import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Level } from '../../../src/base/alert.ts';
import { AlertBook } from '../../../src/monitor/alerts/alert-book.ts';
import type { MonitorAlert } from '../../../src/monitor/index.ts';
import { RULE_DEFAULTS, type RuleSetting } from '../../../src/monitor/rules/rule-options.ts';
import { bandOf, levelOf, rankOf, type Verdict } from '../../../src/monitor/rules/verdict.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const MINUTE = 60_000;
const AT_ONCE: RuleSetting = { ...RULE_DEFAULTS.heap, agreeing: 1 };

class Desk {
  readonly clock = new FakeClock();
  readonly told: MonitorAlert[] = [];
  readonly book: AlertBook;
  readonly #setting: RuleSetting;
  #reading = 0;

  constructor(setting: RuleSetting = AT_ONCE, repeatAfterMs = 15 * MINUTE) {
    this.#setting = setting;
    this.book = new AlertBook('test', this.clock, repeatAfterMs, (alert) => this.told.push(alert));
  }

  say(level: Level, options: Partial<Verdict> = {}): string[] {
    const before = this.told.length;
    const figures = { value: 0.5, threshold: 0.7, message: level, timeToLimitMs: null, reading: ++this.#reading };
    this.book.take({ rule: 'heap', code: 'PLIM_WARN_HEAP_LEVEL', level, ...figures, ...options }, this.#setting);
    return this.told.slice(before).map((alert) => `${alert.state} ${alert.level}`);
  }
}

describe('an alert', () => {
  test('is told at the very first moment', () => {
    const desk = new Desk();
    expect(desk.clock.steadyNow()).toBe(0);
    expect(desk.say('warning')).toEqual(['fired warning']);
    expect(desk.told[0]).toMatchObject({ rule: 'heap', since: desk.clock.wallNow(), at: desk.clock.wallNow() });
  });

  test('rises, falls and is over', () => {
    const desk = new Desk();
    const heard = (['warning', 'critical', 'warning', 'ok', 'critical', 'ok'] as const).flatMap((level) => {
      desk.clock.advance(1_000);
      return desk.say(level);
    });
    expect(heard).toEqual([
      'fired warning',
      'updated critical',
      'updated warning',
      'resolved warning',
      'fired critical',
      'resolved critical',
    ]);
    expect(desk.book.active()).toEqual([]);
    expect(desk.book.status().counts).toEqual([{ rule: 'heap', warning: 1, critical: 2 }]);
  });

  test('waits until its level has held', () => {
    const desk = new Desk({ ...AT_ONCE, forMs: 10_000 });
    expect(desk.say('critical')).toEqual([]);
    desk.clock.advance(9_000);
    expect(desk.say('warning')).toEqual([]);
    desk.clock.advance(2_000);
    // A warning it has been for 11 s, critical it was not.
    expect(desk.say('critical')).toEqual(['fired warning']);
    desk.clock.advance(10_000);
    expect(desk.say('critical')).toEqual(['updated critical']);
  });

  test('waits until as many readings agree, and counts no reading twice', () => {
    const desk = new Desk({ ...AT_ONCE, agreeing: 2 });
    expect(desk.say('warning', { reading: 7 })).toEqual([]);
    expect(desk.say('warning', { reading: 7 })).toEqual([]);
    expect(desk.say('warning', { reading: 8 })).toEqual(['fired warning']);
  });

  test('goes on until it has been clear for a while', () => {
    const desk = new Desk({ ...AT_ONCE, keepFiringMs: MINUTE });
    desk.say('warning');
    expect(desk.say('ok')).toEqual([]);
    desk.clock.advance(30_000);
    desk.say('warning');
    expect(desk.say('ok')).toEqual([]);
    desk.clock.advance(59_000);
    expect(desk.say('ok')).toEqual([]);
    desk.clock.advance(1_000);
    expect(desk.say('ok')).toEqual(['resolved warning']);
  });

  test('that lasts is told again after a while, with how often it was not', () => {
    const desk = new Desk();
    desk.say('warning');
    const heard: string[] = [];
    for (let i = 0; i < 31; i++) {
      desk.clock.advance(MINUTE);
      heard.push(...desk.say('warning'));
    }
    expect(heard).toEqual(['repeated warning', 'repeated warning']);
    expect(desk.told.map(({ suppressed }) => suppressed)).toEqual([0, 14, 14]);
    expect(desk.book.status().suppressed).toBe(29);
  });

  test('keeps its figures fresh and its beginning', () => {
    const desk = new Desk();
    desk.say('warning', { value: 0.71 });
    const { since } = desk.told[0]!;
    desk.clock.advance(MINUTE);
    desk.say('warning', { value: 0.8, timeToLimitMs: 5 });
    expect(desk.book.active()).toMatchObject([{ since, value: 0.8, timeToLimitMs: 5 }]);
  });

  test('a standing finding is told once and is no level', () => {
    const desk = new Desk({ ...AT_ONCE, isStanding: true });
    desk.say('warning');
    desk.clock.advance(3_600_000);
    expect(desk.say('warning')).toEqual([]);
    expect([desk.book.level, desk.book.isAlarmed, desk.book.pressing().length]).toEqual(['ok', false, 0]);
    expect(desk.book.active().length).toBe(1);
  });

  test('of a rule that has gone is over', () => {
    const desk = new Desk();
    desk.say('critical');
    desk.book.drop('heap');
    desk.book.drop('heap');
    expect(desk.told.map(({ state }) => state)).toEqual(['fired', 'resolved']);
    expect(desk.book.level).toBe('ok');
  });

  test('the last fifty are kept', () => {
    const desk = new Desk();
    for (let i = 0; i < 60; i++) {
      desk.clock.advance(1);
      desk.say(i % 2 === 0 ? 'warning' : 'ok');
    }
    expect(desk.book.status().recent.length).toBe(50);
    expect(desk.book.status().recent.at(-1)).toBe(desk.told.at(-1));
  });
});

describe('levelOf', () => {
  const bounds = fc
    .tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([warning, more]) => ({ warning, critical: warning + more }));
  const level = fc.constantFrom<Level>('ok', 'warning', 'critical');

  test('always recovers: a figure of nothing is ok, whatever it was', () => {
    fc.assert(fc.property(bounds, level, (each, current) => levelOf(0, each, current) === 'ok'));
  });

  test('is the same again when the figure is the same again', () => {
    fc.assert(
      fc.property(bounds, level, fc.double({ min: 0, max: 3, noNaN: true }), (each, current, value) => {
        const next = levelOf(value, each, current);
        return levelOf(value, each, next) === next;
      }),
    );
  });

  test('rises at a bound at once, and falls a band below it', () => {
    fc.assert(
      fc.property(bounds, level, fc.double({ min: 0, max: 3, noNaN: true }), (each, current, value) => {
        const plain: Level = value >= each.critical ? 'critical' : value >= each.warning ? 'warning' : 'ok';
        const next = levelOf(value, each, current);
        if (rankOf(plain) >= rankOf(current)) return rankOf(next) === rankOf(plain);
        const bound = current === 'critical' ? each.critical : each.warning;
        return value >= bound - bandOf(each) ? next === current : rankOf(next) < rankOf(current);
      }),
    );
  });
});
