/** What the server sends, whatever it is, and the line at the top that comes of it. */
import { describe, expect, test } from 'vitest';
import { alertsOf } from '../../../src/dashboard/page/alert-rows.ts';
import { EventReader } from '../../../src/dashboard/page/events.ts';
import { verdictOf } from '../../../src/dashboard/page/verdict.ts';
import { counts, level, list, moment, number, text, unavailable } from '../../../src/dashboard/page/wire.ts';

describe('EventReader', () => {
  const all = 'retry: 2000\n\nid: e-1\nevent: sample\ndata: {"a":1}\n\n: comment\ndata: one\ndata: two\n\n';
  const expected = [
    { type: 'sample', data: '{"a":1}' },
    { type: 'message', data: 'one\ntwo' },
  ];

  test('reads events wherever the text is cut', () => {
    for (let at = 0; at <= all.length; at++) {
      const reader = new EventReader();
      expect([...reader.push(all.slice(0, at)), ...reader.push(all.slice(at))]).toEqual(expected);
      expect(reader.lastId).toBe('e-1');
    }
  });

  test('takes CR LF as well, and nothing of an event that was cut off', () => {
    const reader = new EventReader();
    expect(reader.push(all.replaceAll('\n', '\r\n'))).toEqual(expected);
    reader.push('event: sample\ndata: half');
    reader.restart();
    expect(reader.push('data: whole\n\n')).toEqual([{ type: 'message', data: 'whole' }]);
  });

  test('gives up on an event without an end', () => {
    const reader = new EventReader();
    expect(() => {
      for (let i = 0; i < 20; i++) reader.push('x'.repeat(1024 * 1024));
    }).toThrow(RangeError);
  });
});

test('figures of another type, and those that are not there, are not known', () => {
  const value = { a: { n: 1, s: 'x', l: [1], nan: Number.NaN, e: '' }, unavailable: 'broken' };
  expect([number(value, 'a', 'n'), number(value, 'a', 's'), number(value, 'a', 'nan')]).toEqual([1, null, null]);
  expect([text(value, 'a', 's'), text(value, 'a', 'e'), text(value, 'b', 'c')]).toEqual(['x', null, null]);
  expect([list(value, 'a', 'l'), list(value, 'a')]).toEqual([[1], []]);
  expect([unavailable(value), unavailable(value, 'a')]).toEqual(['broken', null]);
  expect(number(null, 'toString', 'length')).toBe(null);
  expect(number({}, 'constructor', 'length')).toBe(null);
  expect(counts({ b: 1, a: 3, x: 'y' })).toEqual([
    ['a', 3],
    ['b', 1],
  ]);
  expect([level({ l: 'healthy' }, 'l'), level({ l: 'bad' }, 'l')]).toEqual(['ok', null]);
  expect([moment('2026-01-01T00:00:00Z'), moment('rubbish'), moment(5)]).toEqual([Date.UTC(2026, 0, 1), null, 5]);
});

describe('the verdict', () => {
  const trend = { reason: 'The floor is flat.', floors: 12, bytesPerMinute: 1_024, timeToLimitMs: null };

  test('is that of the monitor, with the reason of its worst alert', () => {
    const active = [
      { level: 'warning', message: 'Grows.', timeToLimitMs: 9_000 },
      { level: 'critical', message: 'Nearly full.', timeToLimitMs: 5_000 },
    ];
    expect(verdictOf({ monitor: { level: 'critical', trend, alerts: { active } } })).toEqual({
      level: 'critical',
      word: 'Critical',
      reason: 'Nearly full. 1 more alert lasts.',
      timeToLimitMs: 5_000,
      growth: 'floor +1.0 KiB/min',
    });
  });

  test('has the reason of the trend when nothing is past a bound', () => {
    expect(verdictOf({ monitor: { level: 'ok', trend } })).toMatchObject({ word: 'OK', reason: 'The floor is flat.' });
    expect(verdictOf({ monitor: { level: 'ok', trend: null } }).reason).toContain('no heap floor was seen yet');
  });

  test('is none where nobody judges, and says why', () => {
    expect(verdictOf({ monitor: null })).toMatchObject({ level: null, reason: expect.stringContaining('No monitor') });
    expect(verdictOf({ monitor: { unavailable: 'it broke' } }).reason).toContain('it broke');
    expect(verdictOf(undefined)).toMatchObject({ level: null, timeToLimitMs: null });
  });

  test('of a program under watch is its own word', () => {
    const monitor = { level: 'warning', word: 'rising', trend };
    expect(verdictOf({ monitor })).toMatchObject({ level: 'warning', word: 'rising' });
  });
});

test('alerts that last come first and once, then the newest, and none that is over', () => {
  const active = { rule: 'heap', level: 'critical', at: 3, message: 'full' };
  const recent = [{ rule: 'loop', level: 'warning', at: 1 }, { ...active, state: 'resolved', at: 4 }, active];
  const answer = { caches: { recent: [{ cache: 'users', level: 'warning', at: new Date(2).toISOString() }] } };
  expect(alertsOf({ monitor: { alerts: { active: [active], recent } } }, answer)).toMatchObject([
    { from: 'heap', isActive: true },
    { from: 'cache users', isActive: false },
    { from: 'loop', isActive: false },
  ]);
});
