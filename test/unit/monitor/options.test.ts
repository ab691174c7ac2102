import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isPlimsollError } from '../../../src/base/errors.ts';
import { judgeConfiguration, Monitor, type MonitorOptions, optionsFromEnv } from '../../../src/monitor/index.ts';
import { MIB } from '../../helpers/fake-memory.ts';
import { MonitorDesk } from '../../helpers/monitor-desk.ts';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('options', () => {
  test.each([
    [null, '`options`'],
    [{ name: '' }, '`name`'],
    [{ interval: 50 }, '`interval`'],
    [{ interval: 'often' }, '`interval`'],
    [{ rules: { heap: { warning: 2, critical: 1 } } }, '`rules.heap.critical`'],
    [{ rules: { heap: { warning: Number.NaN } } }, '`rules.heap.warning`'],
    [{ rules: { heap: true } }, '`rules.heap`'],
    [{ rules: { heat: {} } }, '`rules`'],
    [{ rules: { gc: { for: 'ever' } } }, '`rules.gc.for`'],
    [{ maxHeapBytes: '1 heap' }, '`maxHeapBytes`'],
    [{ budgets: { a: { bytes: 5, maxBytes: 5 } } }, '`budgets.a.bytes`'],
    [{ budgets: { a: { bytes: () => 5, maxBytes: 0 } } }, '`budgets.a.maxBytes`'],
    [{ actions: [{ on: 'ok', do: () => {} }] }, '`actions[0].on`'],
    [{ actions: [{ on: 'warning', do: 'log' }] }, '`actions[0].do`'],
    [{ actions: [{ on: 'warning', do: () => {}, rules: ['heat'] }] }, '`actions[0].rules`'],
    [{ actions: {} }, '`actions`'],
    [{ logger: {} }, '`logger`'],
    [{ logStatistics: 5 }, '`logStatistics`'],
    [{ nearLimitSnapshots: -1 }, '`nearLimitSnapshots`'],
    [{ maxFloorAge: '1s' }, '`maxFloorAge`'],
    [{ onError: 'log' }, '`onError`'],
  ])('refuses %j', (options, name) => {
    const make = (): unknown => new Monitor(options as never);
    const thrown = thrownBy(make);
    expect(isPlimsollError(thrown, 'PLIM_ERR_OPTION_INVALID')).toBe(true);
    expect((thrown as Error).message).toContain(name);
  });

  test('a warning of its own above the usual critical bound leaves that behind', () => {
    expect(() => new Monitor({ rules: { heap: { warning: 0.95 } } })).not.toThrow();
  });

  test.each([
    ['on', ['alert', 5]],
    ['budget', ['', { bytes: () => 1, maxBytes: 1 }]],
    ['watchEmitter', ['bus', {}]],
    ['watchThread', ['worker', null]],
  ] as const)('%s refuses bad input', (method, args) => {
    expect(() => (new Monitor()[method] as (...all: unknown[]) => unknown)(...args)).toThrow(/Expected `/);
  });
});

describe('optionsFromEnv', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  afterEach(() => warned.mockClear());

  test('takes what is good', () => {
    const env = { MEMORY_MONITOR_INTERVAL: '45s', MEMORY_THRESHOLD: '0.8', MAX_HEAP_SIZE: '1GB' };
    const expected: MonitorOptions = {
      interval: 45_000,
      maxHeapBytes: 1_024 * MIB,
      rules: { heap: { warning: 0.8, critical: 0.93 }, container: { warning: 0.8, critical: 0.92 } },
    };
    expect(optionsFromEnv(env)).toEqual(expected);
    expect(optionsFromEnv({ MEMORY_MONITOR_INTERVAL: '60000', MEMORY_STATISTICS_INTERVAL: '5m' })).toEqual({
      interval: 60_000,
      logStatistics: 300_000,
    });
    expect(optionsFromEnv({ MEMORY_THRESHOLD: '1' }).rules).toMatchObject({ heap: { warning: 1, critical: 1 } });
    expect(warned).not.toHaveBeenCalled();
  });

  test('nothing set is nothing', () => {
    expect(optionsFromEnv({ MEMORY_THRESHOLD: '' })).toEqual({});
  });

  test.each([
    ['MEMORY_MONITOR_INTERVAL', 'often'],
    ['MEMORY_MONITOR_INTERVAL', '-5'],
    ['MEMORY_MONITOR_INTERVAL', '1ms'],
    ['MEMORY_THRESHOLD', '80%'],
    ['MEMORY_THRESHOLD', '0'],
    ['MEMORY_THRESHOLD', '1.1'],
    ['MEMORY_THRESHOLD', '1e-1'],
    ['MAX_HEAP_SIZE', 'all'],
    ['MAX_HEAP_SIZE', '0'],
    ['MEMORY_STATISTICS_INTERVAL', '1'],
  ])('%s=%s is a warning and the default', (name, value) => {
    expect(optionsFromEnv({ [name]: value })).toEqual({});
    expect(warned).toHaveBeenCalledOnce();
    expect(warned.mock.calls[0]![0]).toContain(name);
  });
});

describe('judgeConfiguration', () => {
  test.each([
    [2_096, 8_192, 'warning', /26 % of the container.*--max-old-space-size=6144/],
    [2_096, 4_096, 'ok', /51 %/],
    [900, 1_024, 'warning', /88 %.*768/],
    [259, 256, 'critical', /the kernel kills/],
    [2_096, null, 'ok', /no container limit/],
  ] as const)('a heap of %d MiB in a container of %d MiB: %s', (heap, container, level, text) => {
    const finding = judgeConfiguration(heap * MIB, container === null ? null : container * MIB);
    expect(finding.level).toBe(level);
    expect(`${finding.message} ${finding.advice}`).toMatch(text);
    expect(finding.advice === null).toBe(level === 'ok');
  });
});

describe('telling', () => {
  const warned = vi.spyOn(process, 'emitWarning');
  beforeEach(() => void warned.mockReset().mockImplementation(() => {}));

  function pressed(options: MonitorOptions): MonitorDesk {
    const desk = new MonitorDesk({ budgets: { part: { bytes: () => 10, maxBytes: 10 } }, ...options });
    desk.monitor.start();
    return desk;
  }

  test('the events of a level', () => {
    const desk = new MonitorDesk({ interval: '1s', budgets: { part: { bytes: () => held, maxBytes: 10 } } });
    let held = 9;
    const heard: string[] = [];
    for (const event of ['alert', 'alert:warning', 'alert:critical', 'alert:resolved'] as const) {
      desk.monitor.on(event, ({ state }) => heard.push(`${event} ${state}`));
    }
    desk.monitor.start();
    held = 10;
    desk.clock.advance(1_000);
    held = 0;
    desk.clock.advance(1_000);
    expect(heard).toEqual([
      'alert fired',
      'alert:warning fired',
      'alert updated',
      'alert:critical updated',
      'alert resolved',
      'alert:resolved resolved',
    ]);
    expect(warned).not.toHaveBeenCalled();
  });

  test('lines of a log, and statistics when asked for', () => {
    const lines: [string, string][] = [];
    const log = (level: string) => (_fields: object, message: string) => lines.push([level, message]);
    const logger = { debug: log('debug'), warn: log('warn'), error: log('error') };
    const desk = pressed({ logger, logStatistics: '5m', actions: [{ on: 'critical', do: () => {} }] });
    desk.clock.advance(5 * 60_000);
    expect(lines[0]).toEqual(['error', '`part` holds 10 B, 100 % of its budget of 10 B.']);
    expect(lines.filter(([level]) => level === 'debug')).toEqual([
      [
        'debug',
        expect.stringMatching(/^Memory is critical: heap 40 MiB of 0.98 GiB, RSS 120 MiB, container 150 MiB of/),
      ],
    ]);
  });

  test('a listener or a logger that throws stops nothing', () => {
    const fail = (): never => {
      throw new Error('no');
    };
    const desk = pressed({ logger: { debug: fail, warn: fail, error: fail } });
    desk.monitor.on('sample', fail);
    desk.clock.advance(60_000);
    expect(desk.monitor.status().samples).toBeGreaterThan(2);
    expect(new Set(desk.errors.map((error) => error.split(':')[0]))).toEqual(
      new Set(['the logger', "a listener of 'sample'"]),
    );
  });

  test('without logger and listener the process is warned', () => {
    const { clock, memory } = new MonitorDesk();
    new Monitor({ clock, door: memory, budgets: { part: { bytes: () => 10, maxBytes: 10 } } }).start();
    expect(warned.mock.calls.map(([, options]) => options)).toEqual([
      { type: 'PlimsollWarning', code: 'PLIM_WARN_MEMORY_BUDGET' },
    ]);
  });

  test('without onError each kind of failure is one warning', () => {
    const { clock, memory } = new MonitorDesk();
    const bytes = (): number => {
      throw new Error('no');
    };
    new Monitor({ clock, door: memory, budgets: { part: { bytes, maxBytes: 10 } } }).start();
    clock.advance(120_000);
    expect(warned).toHaveBeenCalledOnce();
    expect(warned.mock.calls[0]![0]).toBe("In a monitor failed: the budget 'part': no");
  });
});
