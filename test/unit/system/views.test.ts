/** What is told to those who are authorised: figures of everything, and never what could be a secret. */
import { describe, expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { Monitor } from '../../../src/monitor/index.ts';
import { Scope } from '../../../src/scope/index.ts';
import type { SystemOptions } from '../../../src/system/options.ts';
import { acting, AUTHORISED, jsonOf, makeApi, requestFor } from '../../helpers/system-requests.ts';

type Json = Record<string, unknown>;

async function view(path: string, options: SystemOptions = {}): Promise<Json> {
  const answer = await makeApi(options).handle(requestFor(path, { headers: AUTHORISED }));
  expect(answer.status).toBe(200);
  return jsonOf(answer);
}

describe('stats', () => {
  test('has what is there, and null for what is not', async () => {
    using cache = new Cache<string, number>({ name: 'viewed', maxEntries: 10 });
    cache.set('a', 1);
    const stats = await view('/stats');
    expect(stats).toMatchObject({ monitor: null, sessions: null, shed: null, process: { pid: process.pid } });
    expect(stats['caches']).toMatchObject({ caches: [{ name: 'viewed', status: 'healthy', stats: { size: 1 } }] });
  });

  test('has parts by their own names, whatever they give', async () => {
    const cycle: Json = {};
    cycle['self'] = cycle;
    const figures: SystemOptions['figures'] = {
      loadLine: { status: () => ({ given: 12n, held: new Map([['a', new Set([1])]]) }) },
      pool: { stats: () => cycle },
      broken: {
        stats: () => {
          throw new Error('no pool');
        },
      },
    };
    expect(await view('/stats', { figures })).toMatchObject({
      loadLine: { given: '12', held: { a: [1] } },
      pool: { unavailable: expect.stringMatching(/circular|cyclic/) },
      broken: { unavailable: 'no pool' },
    });
  });

  test('lets no part take the place of one of ours', async () => {
    const figures = { process: { stats: () => ({ pid: 'forged' }) } };
    expect(() => makeApi({ figures })).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });
});

describe('sessions', () => {
  const sessions = {
    stats: () => ({ open: 60 }),
    has: (id: string) => /^secret-\d+$/.test(id),
    closed: [] as string[],
    close(id: string): boolean {
      sessions.closed.push(id);
      return true;
    },
    *[Symbol.iterator]() {
      for (let i = 0; i < 60; i++) {
        // One that does not tell is not listed.
        yield { id: `secret-${i}`, idleMs: i, ...(i === 59 ? {} : { usedBytes: i * 10, reservedBytes: 1_000 }) };
      }
    },
  };

  test('are listed by size, under names that give nothing away and stay the same', async () => {
    const read = async (): Promise<Json[]> =>
      ((await view('/stats', { sessions }))['sessions'] as Json)['largest'] as Json[];
    const largest = await read();
    expect(largest).toHaveLength(50);
    expect(largest[0]).toEqual({
      id: expect.stringMatching(/^session#[0-9a-f]{16}$/),
      bytes: 580,
      limitBytes: 1_000,
      idleMs: 58,
    });
    expect(JSON.stringify(largest)).not.toContain('secret');
    expect(await read()).toEqual(largest);
  });

  test('are closed by these names', async () => {
    const api = makeApi({ sessions, expose: { close: 'token' } });
    const [largest] = ((await view('/stats', { sessions }))['sessions'] as { largest: { id: string }[] }).largest;
    const close = (id: string): Promise<Json> =>
      api
        .handle(requestFor(`/sessions/${encodeURIComponent(id)}/close`, { method: 'POST', headers: acting('close') }))
        .then(jsonOf);
    expect(await close('session#0000000000000000')).toMatchObject({ code: 'missing' });
    expect(await close(largest!.id)).toMatchObject({ outcome: 'done' });
    expect(sessions.closed).toEqual(['secret-58']);
  });
});

describe('a subject', () => {
  const subject = { stats: () => ({ process: { pid: 7 }, outside: true }) };

  test('is told of in place of this process', async () => {
    const stats = await view('/stats', { subject });
    expect(stats).toEqual({ time: expect.any(String), process: { pid: 7 }, outside: true });
  });

  test('that cannot be asked is told as such', async () => {
    const broken = {
      stats: (): object => {
        throw new Error('it is gone');
      },
    };
    expect(await view('/stats', { subject: broken })).toMatchObject({ unavailable: 'it is gone' });
  });

  test.each([null, 7, {}, { stats: 1 }])('cannot be %j', (rubbish) => {
    expect(() => makeApi({ subject: rubbish as never })).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }),
    );
  });
});

test.each([7, {}, { html: '' }])('the dashboard cannot be %j', (rubbish) => {
  expect(() => makeApi({ dashboard: rubbish as never })).toThrow(
    expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }),
  );
});

test('alerts are those of the monitor and of every cache, without a key', async () => {
  using monitor = new Monitor().start();
  using cache = new Cache<string, string>({
    name: 'alarmed',
    maxBytes: 100_000,
    warnBytes: 1_000,
    secretKeys: true,
    onAlert: () => {},
  });
  for (let i = 0; i < 100; i++) cache.set(`sk-secret-${i}`, 'x'.repeat(500));
  const alerts = await view('/alerts', { monitor });
  expect(alerts).toMatchObject({ monitor: { active: expect.any(Array), suppressed: 0 } });
  expect((alerts['caches'] as Json)['recent']).toContainEqual(
    expect.objectContaining({ cache: 'alarmed', code: 'PLIM_WARN_CACHE_BYTES' }),
  );
  expect(JSON.stringify(alerts)).not.toContain('sk-secret');
});

test('info has limits and flags, and neither arguments nor environment', async () => {
  using monitor = new Monitor().start();
  const info = await view('/info', { monitor, version: '1.2.3' });
  expect(info).toMatchObject({
    version: '1.2.3',
    runtime: { name: expect.stringMatching(/Node\.js|Bun/) },
    limits: { heapBytes: monitor.status().heap?.limitBytes ?? null },
    endpoints: { gc: 'off', metrics: 'loopback' },
    monitor: { isRunning: true },
  });
  const text = JSON.stringify(info);
  for (const secret of [process.argv[1]!, process.env['PATH']!])
    expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
});

test('resources are grouped, listed oldest first, and chosen by kind', async () => {
  await using scope = new Scope({ name: 'viewed', traces: 'off' });
  for (let i = 0; i < 150; i++) scope.setTimeout(() => {}, '1h', { name: 'poll' });
  scope.defer(() => {}, { name: 'last' });
  const all = await view('/resources');
  expect(all['groups']).toMatchObject([
    { kind: 'timeout', name: 'poll', count: 150 },
    { kind: 'deferred', name: 'last', count: 1 },
  ]);
  expect(all['oldest']).toHaveLength(100);
  const chosen = await view('/resources?kind=deferred&limit=5');
  expect(chosen['oldest']).toMatchObject([{ kind: 'deferred', name: 'last', stack: null, remedy: expect.any(String) }]);
  for (const limit of ['-1', 'x', 'NaN']) expect((await view(`/resources?limit=${limit}`))['oldest']).toEqual([]);
});
