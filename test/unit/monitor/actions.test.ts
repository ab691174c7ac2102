import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectGarbage, heapSnapshot, type MonitorAction, restart, shrinkCaches } from '../../../src/monitor/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';
import { MIB } from '../../helpers/fake-memory.ts';
import { MonitorDesk } from '../../helpers/monitor-desk.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

const HOUR = 3_600_000;

/** A budget that is past its bound as long as the test wants it. */
class Pressed extends MonitorDesk {
  held = 10;

  constructor(actions: ConstructorParameters<typeof MonitorDesk>[0] = {}) {
    let ask = (): number => 10;
    super({ interval: '1s', budgets: { part: { bytes: () => ask(), maxBytes: 10 } }, ...actions });
    ask = () => this.held;
    this.monitor.start();
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
  }

  get results(): (string | null)[] {
    return this.monitor.status().actions.map(({ lastResult }) => lastResult);
  }
}

describe('an action', () => {
  test('runs at its level and above, once in its cooldown while the alert lasts', async () => {
    const calls: string[] = [];
    const desk = new Pressed({
      actions: [
        { on: 'warning', do: ({ rule }) => calls.push(`low ${rule}`), cooldown: '10s' },
        { on: 'critical', do: () => calls.push('high'), cooldown: '1m' },
      ],
    });
    await desk.pass(25_000);
    expect(calls.filter((call) => call === 'low budget:part').length).toBe(3);
    expect(calls.filter((call) => call === 'high').length).toBe(1);
    desk.held = 0;
    await desk.pass(HOUR);
    expect(calls.length).toBe(4);
  });

  test('only for the rules that it names', async () => {
    const calls: string[] = [];
    const desk = new Pressed({ actions: [{ on: 'warning', rules: ['heap'], do: ({ rule }) => calls.push(rule) }] });
    await desk.pass(5_000);
    expect(calls).toEqual([]);
    for (let i = 0; i < 3; i++) desk.memory.floor(990 * MIB);
    expect(calls).toEqual(['heap']);
  });

  test('that fails stops no other and no sample, and is counted', async () => {
    const calls: number[] = [];
    const desk = new Pressed({
      actions: [
        {
          on: 'warning',
          do: () => {
            throw new Error('at once');
          },
        },
        { on: 'warning', do: async () => Promise.reject(new Error('later')) },
        { on: 'warning', do: () => calls.push(1) },
      ],
    });
    await desk.pass(1_000);
    expect(calls).toEqual([1]);
    expect(desk.monitor.status().actions.map(({ failures }) => failures)).toEqual([1, 1, 0]);
    expect(desk.results.slice(0, 2)).toEqual(['It failed: at once', 'It failed: later']);
    expect(desk.errors.length).toBe(2);
    expect(desk.monitor.status().samples).toBe(2);
  });

  test('is not called again before it has ended', async () => {
    let calls = 0;
    let end = (): void => {};
    const forever = (): Promise<void> => {
      calls++;
      return new Promise((resolve) => (end = resolve));
    };
    const desk = new Pressed({ actions: [{ on: 'warning', do: forever, cooldown: 0 }] });
    await desk.pass(10_000);
    expect(calls).toBe(1);
    end();
    await desk.pass(2_000);
    expect(calls).toBe(2);
  });

  test('keeps to its budget an hour', async () => {
    let calls = 0;
    const desk = new Pressed({ actions: [{ on: 'warning', do: () => calls++, cooldown: '1m', maxPerHour: 3 }] });
    await desk.pass(59 * 60_000);
    expect(calls).toBe(3);
    expect(desk.results).toEqual(['It has run 3 times within an hour.']);
    await desk.pass(HOUR);
    expect(calls).toBe(6);
  });

  test('shrinks caches', async () => {
    const desk = new Pressed({
      actions: [{ on: 'warning', do: shrinkCaches({ relieve: () => ({ bytes: 3 * MIB }) }) }],
    });
    await settle();
    expect(desk.results).toEqual(['Caches gave back 3.0 MiB.']);
  });
});

describe('collect', () => {
  test('tells what it freed, and at most once a minute', async () => {
    const desk = new MonitorDesk();
    desk.memory.setHeap(50 * MIB);
    desk.memory.collectedTo = 20 * MIB;
    desk.monitor.start();
    expect(desk.monitor.collect()).toMatchObject({
      outcome: 'done',
      freedBytes: 30 * MIB,
      pauseMs: 100,
      expectedMs: 100,
    });
    expect(desk.monitor.collect()).toMatchObject({ outcome: 'refused', freedBytes: 0, pauseMs: 0 });
    desk.clock.advance(60_000);
    expect(desk.monitor.collect().outcome).toBe('done');
  });

  test('is refused when it would take too long, by what the last one took', () => {
    const desk = new MonitorDesk();
    desk.memory.setHeap(300 * MIB);
    expect(desk.monitor.collect().message).toBe('It would stop the program for about 600 ms; 200 ms are allowed.');
    desk.memory.collectMs = 3_000;
    expect(desk.monitor.collect({ maxPause: '1s' }).outcome).toBe('done');
    desk.clock.advance(60_000);
    expect(desk.monitor.collect({ maxPause: '1s' }).message).toContain('about 3.0 s; 1.0 s are allowed');
  });

  test('as an action; what it collects is no floor of the program', async () => {
    const desk = new Pressed({ actions: [{ on: 'critical', do: collectGarbage({ maxPause: '100ms' }), cooldown: 0 }] });
    await desk.pass(10_000);
    expect(desk.monitor.status().actions).toMatchObject([{ name: 'collect', runs: 1, failures: 0 }]);
    expect(desk.monitor.status().heap!.floorBytes).toBe(null);
  });

  test('for floors that are too old, if asked to', () => {
    const desk = new MonitorDesk({ maxFloorAge: '5m' });
    desk.monitor.start();
    desk.clock.advance(12 * 60_000);
    expect(desk.monitor.series().floors.at.length).toBe(2);
    expect(desk.monitor.status().gc!.forced).toBe(2);
  });

  test.each([['soon'], [-1], [{}]])('refuses a pause of %j', (maxPause) => {
    expect(() => collectGarbage({ maxPause: maxPause as never })).toThrow(/Expected `maxPause` to be a duration/);
  });
});

describe('restart', () => {
  const at = Date.UTC(2026, 0, 1);

  async function run(action: MonitorAction, desk = new Pressed()): Promise<string> {
    const alert = desk.alerts[0] ?? desk.monitor.status().alerts.active[0]!;
    const collect = desk.monitor.collect.bind(desk.monitor);
    return (await action.run({ alert, collect, ignoreCollections: () => {} })).outcome;
  }

  test('begins the shutdown with its own status, once', async () => {
    const begun: string[] = [];
    const set: number[] = [];
    const shutdown = { begin: async (reason: string) => void begun.push(reason) };
    const action = restart(shutdown, { uptime: () => HOUR, setStatus: (status) => set.push(status) });
    expect([await run(action), await run(action)]).toEqual(['done', 'refused']);
    expect([begun.length, set]).toEqual([1, [75]]);
    expect(begun[0]).toMatch(/^restart: /);
  });

  test('never within ten minutes of the start', async () => {
    const action = restart({ begin: () => Promise.reject(new Error('no')) }, { uptime: () => 599_000 });
    expect(await run(action)).toBe('refused');
  });

  test('remembers across restarts by its file; a file that is rubbish or of the future says nothing', async () => {
    await withTempDir(async (dir) => {
      const file = path.join(dir, 'restarted');
      const make = (wall: number): MonitorAction =>
        restart(
          { begin: async () => {} },
          { file, clock: new FakeClock(wall), uptime: () => HOUR, setStatus: () => {} },
        );
      expect(await run(make(at))).toBe('done');
      expect(await run(make(at + HOUR - 1))).toBe('refused');
      expect(await run(make(at + HOUR))).toBe('done');
      expect(await run(make(at - 86_400_000))).toBe('done');
      fs.writeFileSync(file, 'rubbish');
      expect(await run(make(at + HOUR))).toBe('done');
    });
  });

  test('does not begin when its file cannot be written', async () => {
    const options = { file: '/nowhere/at/all', uptime: () => HOUR, setStatus: () => {} };
    const action = restart({ begin: () => Promise.reject(new Error('begun')) }, options);
    await expect(run(action)).rejects.toThrow(/ENOENT/);
  });

  test.each([[null], [{}], ['shutdown']])('refuses %j as a shutdown', (shutdown) => {
    expect(() => restart(shutdown as never)).toThrow(/Expected `shutdown`/);
  });
});

describe('heapSnapshot', () => {
  test('is refused where its pause is too long', async () => {
    const desk = new Pressed({ actions: [{ on: 'warning', do: heapSnapshot({ folder: '/tmp', maxPause: 0 }) }] });
    await settle();
    expect(desk.monitor.status().actions).toMatchObject([{ runs: 0, skipped: 1, failures: 0 }]);
    expect(desk.results[0]).toMatch(/0 ms are allowed/);
  });

  test.each([[{ folder: '' }], [{ folder: '/tmp', maxFiles: 0 }], [{ folder: '/tmp', maxPause: 'long' }]])(
    'refuses %j',
    (options) => {
      expect(() => heapSnapshot(options)).toThrow(/Expected `/);
    },
  );
});
