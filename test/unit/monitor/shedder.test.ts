import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Priority, Shedder, type ShedderOptions } from '../../../src/monitor/index.ts';
import { chanceOf, loadOf } from '../../../src/monitor/shed/ramp.ts';
import { randomSource } from '../../../bench/lib/stats.mjs';
import { MIB } from '../../helpers/fake-memory.ts';
import { MonitorDesk } from '../../helpers/monitor-desk.ts';

function make(share: number, options: ShedderOptions = {}): { desk: MonitorDesk; shedder: Shedder } {
  const desk = new MonitorDesk({ interval: '1s' });
  desk.monitor.start();
  desk.memory.floor((0.75 + 0.1 * share) * 1_000 * MIB);
  return { desk, shedder: new Shedder(desk.monitor, { random: randomSource(1), ...options }) };
}

function refusedOf(shedder: Shedder, url = '/orders', n = 2_000): number {
  let refused = 0;
  for (let i = 0; i < n; i++) if (!shedder.decide({ url }).isAdmitted) refused++;
  return refused / n;
}

describe('the ramp', () => {
  test.each([
    [-1, 0],
    [0, 0],
    [0.3, 0.3],
    [1, 1],
    [2, 1],
  ])('%d of the way refuses %d of normal requests', (share, expected) => {
    expect(refusedOf(make(share).shedder)).toBeCloseTo(expected, 1);
  });

  test('the less important are never less likely to be refused', () => {
    const order: readonly Priority[] = ['exempt', 'high', 'normal', 'low'];
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        const chances = order.map((priority) => chanceOf(share, priority));
        expect(chances.toSorted((a, b) => a - b)).toEqual(chances);
        expect(chances.every((chance) => chance >= 0 && chance <= 1)).toBe(true);
      }),
    );
    expect(order.map((priority) => chanceOf(1, priority))).toEqual([0, 1, 1, 1]);
    expect(order.map((priority) => chanceOf(0.5, priority))).toEqual([0, 0, 0.5, 1]);
  });

  test('the figure that is farthest up its ramp decides; unknown ones do not', () => {
    const ramps = { heap: { from: 0.5, to: 1 }, loopDelay: { from: 100, to: 200 }, container: { from: 0, to: 1 } };
    const figures = { ageMs: 0, heap: 0.75, container: null, pressure: 1, loopDelay: 190, utilization: 1 };
    expect(loadOf(figures, ramps)).toEqual({ share: 0.9, reason: 'loopDelay' });
  });
});

describe('who is refused', () => {
  test('probes never, whatever follows in their path', () => {
    const { shedder } = make(2);
    for (const url of ['/livez', '/readyz?verbose', '/metrics', '/api/system/gc', '/health/db']) {
      expect(refusedOf(shedder, url, 50)).toBe(0);
    }
    expect(refusedOf(shedder, '/livezebra', 50)).toBe(1);
    expect(refusedOf(make(2, { exempt: ['/ping/'] }).shedder, '/ping', 50)).toBe(0);
    expect(shedder.decide({}).isAdmitted).toBe(false);
  });

  test('by priority', () => {
    const priority = ({ url }: { url?: string | undefined }): Priority => (url === '/export' ? 'low' : 'high');
    const { shedder } = make(0.5, { priority });
    expect([refusedOf(shedder, '/export'), refusedOf(shedder, '/pay')]).toEqual([1, 0]);
  });

  test('nobody while the figures are stale, or the monitor is stopped', () => {
    const { desk, shedder } = make(2, { staleAfter: '2s' });
    expect(refusedOf(shedder)).toBe(1);
    desk.clock.block(2_500);
    expect(refusedOf(shedder)).toBe(0);
    expect(shedder.status().share).toBe(null);
    desk.clock.advance(5_000);
    expect(shedder.isShedding).toBe(true);
    desk.monitor.stop();
    expect([refusedOf(shedder), shedder.isShedding]).toEqual([0, false]);
  });

  test('nobody for a priority that throws', () => {
    const priority = (): Priority => {
      throw new Error('no');
    };
    expect(refusedOf(make(2, { priority }).shedder)).toBe(0);
  });
});

describe('what a client sees', () => {
  test('node and express: 503 with Retry-After, or the next handler', () => {
    const { shedder } = make(2, { retryAfter: '10s' });
    const headers: Record<string, string> = {};
    const response = {
      statusCode: 200,
      body: '',
      setHeader: (name: string, value: string) => (headers[name] = value),
      end: (body?: string) => (response.body = body ?? ''),
    };
    let next = 0;
    shedder.express()({ url: '/a' }, response, () => next++);
    expect([next, response.statusCode]).toEqual([0, 503]);
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(10);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(20);
    expect(JSON.parse(response.body)).toMatchObject({ reason: 'heap' });
    shedder.express()({ url: '/livez' }, response, () => next++);
    expect(next).toBe(1);
    expect(shedder.refuse({ url: '/livez' }, response)).toBe(false);
  });

  test('fastify', () => {
    const { shedder } = make(2);
    const said: unknown[] = [];
    const reply = {
      code: (status: number) => (said.push(status), reply),
      header: (name: string, value: string) => (said.push(name, value), reply),
      send: (body: unknown) => said.push(body),
    };
    let done = 0;
    shedder.fastify()({ url: '/a' }, reply, () => done++);
    expect([done, said[0], said[1]]).toEqual([0, 503, 'retry-after']);
    shedder.fastify()({ url: '/metrics' }, reply, () => done++);
    expect(done).toBe(1);
  });
});

describe('counts', () => {
  test('by reason and route, bounded', () => {
    const { desk, shedder } = make(2, { route: ({ url }) => url ?? '' });
    for (let i = 0; i < 300; i++) shedder.decide({ url: `/${i}` });
    const { shed, admitted } = desk.monitor.status().shedding!;
    expect(admitted).toBe(0);
    expect(shed.length).toBe(201);
    expect(shed.at(-1)).toEqual({ reason: 'heap', route: 'other', count: 100 });
  });

  test('admitted ones too', () => {
    const { desk, shedder } = make(0);
    refusedOf(shedder, '/a', 7);
    expect(desk.monitor.status().shedding).toEqual({ share: 0, reason: null, admitted: 7, shed: [] });
  });
});

test.each([
  [{ ramps: { heap: { from: 0.9, to: 0.8 } } }, '`ramps.heap.to`'],
  [{ ramps: { heap: { from: -1, to: 0.8 } } }, '`ramps.heap.from`'],
  [{ ramps: { disk: { from: 0, to: 1 } } }, '`ramps`'],
  [{ exempt: ['livez'] }, '`exempt`'],
  [{ retryAfter: 0 }, '`retryAfter`'],
  [{ priority: 'low' }, '`priority`'],
])('refuses %j', (options, name) => {
  expect(() => make(0, options as ShedderOptions)).toThrow(name);
});
