/** What can be done over HTTP: not too often, one at a time, only when it may, and never without a line about it. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { Action, type ActionKind } from '../../../src/system/actions/action.ts';
import { type CollectDoor, collectAction } from '../../../src/system/actions/collect.ts';
import { DumpFolder } from '../../../src/system/actions/dump-folder.ts';
import { type DumpDoor, dumpAction } from '../../../src/system/actions/heap-dump.ts';
import { AUDIT_CHANNEL, type AuditRecord, type SystemApi } from '../../../src/system/index.ts';
import type { SystemOptions } from '../../../src/system/options.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { acting, AUTHORISED, bodyOf, jsonOf, LogLines, makeApi, requestFor } from '../../helpers/system-requests.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

const NOTHING = { subject: undefined, query: new URLSearchParams() };

function order(api: SystemApi, target: string, action: string): ReturnType<SystemApi['handle']> {
  return api.handle(requestFor(target, { method: 'POST', headers: acting(action), address: '203.0.113.9' }));
}

/** A process with so many MiB alive, of so many MiB used. */
function collectDoor(usedMib: number, aliveMib: number, pauseMs = 10): CollectDoor {
  let heapUsed = usedMib * 2 ** 20;
  let now = 0;
  return {
    memory: () => ({ heapUsed, rss: heapUsed }),
    now: () => now,
    collector: () => () => {
      heapUsed = aliveMib * 2 ** 20;
      now += pauseMs;
    },
  };
}

describe('an action', () => {
  const kind = (run: ActionKind['run'], more: Partial<ActionKind> = {}): ActionKind => ({
    name: 'gc',
    everyMs: 60_000,
    run,
    ...more,
  });

  test('is done once however many ask at the same time, and then not for a while', async () => {
    const clock = new FakeClock();
    let runs = 0;
    const action = new Action(
      kind(() => ({ outcome: 'done', message: String(++runs) })),
      clock,
    );
    const results = await Promise.all(Array.from({ length: 50 }, () => action.perform(NOTHING)));
    expect(new Set(results.map(({ message }) => message))).toEqual(new Set(['1']));
    expect(await action.perform(NOTHING)).toEqual({
      outcome: 'limited',
      message: 'It may be done again in 60 s.',
      retryAfterMs: 60_000,
    });
    clock.advance(59_001);
    expect(await action.perform(NOTHING)).toMatchObject({ message: 'It may be done again in 1 s.' });
    clock.advance(999);
    expect(await action.perform(NOTHING)).toEqual({ outcome: 'done', message: '2' });
  });

  test('that is refused may be asked for again at once', async () => {
    let isRefused = true;
    const preflight = (): ReturnType<NonNullable<ActionKind['preflight']>> =>
      isRefused ? { outcome: 'refused', message: 'no' } : undefined;
    const action = new Action(
      kind(() => ({ outcome: 'done', message: 'yes' }), { preflight }),
      new FakeClock(),
    );
    expect(await action.perform(NOTHING)).toMatchObject({ outcome: 'refused' });
    isRefused = false;
    expect(await action.perform(NOTHING)).toMatchObject({ outcome: 'done' });
  });

  test('that throws, now or before, has failed', async () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const failed = { outcome: 'failed', message: 'broken' };
    expect(await new Action(kind(fail), new FakeClock()).perform(NOTHING)).toEqual(failed);
    expect(await new Action(kind(fail, { preflight: fail }), new FakeClock()).perform(NOTHING)).toEqual(failed);
    expect(
      await new Action(
        kind(() => Promise.reject(new Error('broken'))),
        new FakeClock(),
      ).perform(NOTHING),
    ).toEqual(failed);
  });
});

describe('gc', () => {
  test('tells what was freed and how long it took', async () => {
    const action = new Action(collectAction(60_000, 1_000, collectDoor(100, 40, 80)), new FakeClock());
    expect(await action.perform(NOTHING)).toMatchObject({
      outcome: 'done',
      message: '60 MiB freed in 80 ms.',
      figures: { freedBytes: 60 * 2 ** 20, pauseMs: 80, heapUsedBytes: 40 * 2 ** 20 },
    });
  });

  test('is refused when the pause would be too long, and learns how long pauses are', async () => {
    const large = new Action(collectAction(0, 1_000, collectDoor(600, 600)), new FakeClock());
    expect(await large.perform(NOTHING)).toEqual({
      outcome: 'refused',
      message: 'It would stop the process for about 1.2 s; 1.0 s are allowed.',
    });
    const slow = new Action(collectAction(0, 1_000, collectDoor(100, 100, 1_500)), new FakeClock());
    expect(await slow.perform(NOTHING)).toMatchObject({ outcome: 'done' });
    expect(await slow.perform(NOTHING)).toMatchObject({ outcome: 'refused' });
  });

  test('is refused where garbage is not collected on demand', async () => {
    const door = { ...collectDoor(10, 10), collector: () => null };
    expect(await new Action(collectAction(0, 1_000, door), new FakeClock()).perform(NOTHING)).toMatchObject({
      outcome: 'refused',
    });
  });

  test('over HTTP answers 409 and 429, with how long to wait', async () => {
    const api = makeApi({ expose: { gc: 'token' }, gc: { maxPause: 1 } });
    const refused = await order(api, '/gc', 'gc');
    expect([refused.status, (await jsonOf(refused))['code']]).toEqual([409, 'refused']);
    const cleared = makeApi({ expose: { clear: 'token' } });
    using cache = new Cache<string, number>({ name: 'hurried', maxEntries: 10 });
    expect((await order(cleared, `/caches/${cache.name!}/clear`, 'clear')).status).toBe(200);
    const limited = await order(cleared, `/caches/${cache.name!}/clear`, 'clear');
    expect([limited.status, limited.headers['retry-after']]).toEqual([429, '1']);
  });
});

describe('heapdump', () => {
  const door = (whyRefused: string | null = null): DumpDoor & { readonly files: string[] } => {
    const files: string[] = [];
    return {
      files,
      whyRefused: () => whyRefused,
      write: (file) => {
        fs.writeFileSync(file, '{"snapshot":{}}', { mode: 0o644 });
        files.push(file);
        return { pauseMs: 5, fileBytes: 15, rssBefore: 0, rssAfter: 0, experience: {} as never };
      },
    };
  };
  const dumps = (folder: string, dumpDoor: DumpDoor, maxFiles = 5): Action =>
    new Action(
      dumpAction(
        {
          folder: new DumpFolder(folder),
          everyMs: 0,
          maxPauseMs: 1_000,
          maxFiles,
          wallNow: () => Date.UTC(2026, 0, 1),
        },
        dumpDoor,
      ),
      new FakeClock(),
    );

  test('writes a file of a name that nobody can guess, for its owner alone', async () => {
    await withTempDir(async (dir) => {
      const folder = path.join(dir, 'made', 'when needed');
      const [first, second] = [
        await dumps(folder, door()).perform(NOTHING),
        await dumps(folder, door()).perform(NOTHING),
      ];
      expect(first.figures).toMatchObject({
        bytes: 15,
        pauseMs: 5,
        name: expect.stringMatching(/^heap-20260101T000000Z-\d+-[\da-f]{16}\.heapsnapshot$/),
      });
      expect(first.figures!['name']).not.toBe(second.figures!['name']);
      expect(fs.statSync(path.join(folder, first.figures!['name'] as string)).mode & 0o777).toBe(0o600);
      expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
    });
  });

  test('concurrent ones are one', async () => {
    await withTempDir(async (dir) => {
      const made = door();
      const action = dumps(path.join(dir, 'dumps'), made);
      const results = await Promise.all([1, 2, 3, 4, 5].map(() => action.perform(NOTHING)));
      expect(made.files).toHaveLength(1);
      expect(new Set(results.map(({ figures }) => figures!['name'])).size).toBe(1);
    });
  });

  test('is refused without room, and when enough lie there', async () => {
    await withTempDir(async (dir) => {
      const folder = path.join(dir, 'dumps');
      expect(await dumps(folder, door('It needs more memory.')).perform(NOTHING)).toEqual({
        outcome: 'refused',
        message: 'It needs more memory.',
      });
      await dumps(folder, door(), 1).perform(NOTHING);
      expect(await dumps(folder, door(), 1).perform(NOTHING)).toMatchObject({
        outcome: 'refused',
        message: expect.stringContaining('1 snapshots lie in the folder'),
      });
    });
  });

  test.each<[string, (dir: string) => string]>([
    [
      'a link',
      (dir) => {
        fs.mkdirSync(path.join(dir, 'elsewhere'), { mode: 0o700 });
        fs.symlinkSync(path.join(dir, 'elsewhere'), path.join(dir, 'dumps'));
        return path.join(dir, 'dumps');
      },
    ],
    [
      'a link to nowhere',
      (dir) => {
        fs.symlinkSync(path.join(dir, 'nowhere'), path.join(dir, 'dumps'));
        return path.join(dir, 'dumps');
      },
    ],
    [
      'open to others',
      (dir) => {
        fs.mkdirSync(path.join(dir, 'dumps'));
        fs.chmodSync(path.join(dir, 'dumps'), 0o755);
        return path.join(dir, 'dumps');
      },
    ],
    [
      'a file',
      (dir) => {
        fs.writeFileSync(path.join(dir, 'dumps'), '');
        return path.join(dir, 'dumps');
      },
    ],
  ])('writes nothing into a folder that is %s', async (_what, make) => {
    await withTempDir(async (dir) => {
      const made = door();
      const result = await dumps(make(dir), made).perform(NOTHING);
      expect([result.outcome, made.files]).toEqual(['failed', []]);
      expect(result.message).toMatch(/^The folder for snapshots /);
    });
  });

  test('is read back only by its own name, from its own folder, and not through links', async () => {
    await withTempDir(async (dir) => {
      const folder = path.join(dir, 'dumps');
      const { figures } = await dumps(folder, door()).perform(NOTHING);
      const name = figures!['name'] as string;
      const api = makeApi({ expose: { heapdumpDownload: 'token' }, heapdump: { folder } });
      const get = (target: string, headers = AUTHORISED): ReturnType<SystemApi['handle']> =>
        api.handle(requestFor(target, { headers }));
      const answer = await get(`/heapdump/${name}`);
      expect([answer.status, await bodyOf(answer)]).toEqual([200, '{"snapshot":{}}']);
      expect(answer.headers['content-disposition']).toBe(`attachment; filename="${name}"`);
      expect((await get(`/heapdump/${name}`, {})).status).toBe(401);
      fs.writeFileSync(path.join(dir, 'secret'), 'secret');
      const linked = name.replace(/[\da-f]{16}/, '0'.repeat(16));
      fs.symlinkSync(path.join(dir, 'secret'), path.join(folder, linked));
      const hard = name.replace(/[\da-f]{16}/, '1'.repeat(16));
      fs.linkSync(path.join(dir, 'secret'), path.join(folder, hard));
      const attacks = [
        '../secret',
        '..%2fsecret',
        '%2e%2e%2fsecret',
        '..%5csecret',
        'secret',
        linked,
        hard,
        `${name}%00`,
        `${name}/x`,
        `.%2f${name}`,
        `${name}.partial`,
      ];
      for (const attack of attacks) expect([400, 404], attack).toContain((await get(`/heapdump/${attack}`)).status);
    });
  });
});

describe('the others', () => {
  test('clear empties every cache of that name, and says how much was in it', async () => {
    using first = new Cache<string, number>({ name: 'cleared', maxEntries: 10 });
    using second = new Cache<string, number>({ name: 'cleared', maxEntries: 10 });
    using other = new Cache<string, number>({ name: 'kept', maxEntries: 10 });
    for (const cache of [first, second, other]) cache.set('a', 1).set('b', 2);
    const answer = await order(makeApi({ expose: { clear: 'token' } }), '/caches/cleared/clear', 'clear');
    expect([await jsonOf(answer), first.size, second.size, other.size]).toEqual([
      { outcome: 'done', message: 'Entries cleared: 4.', entries: 4 },
      0,
      0,
      2,
    ]);
  });

  test('close closes a session by its id, whatever is in it, and logs no id', async () => {
    const closed: string[] = [];
    const sessions = {
      stats: () => ({}),
      close: (id: string) => Promise.resolve(id === 'a/b' ? void closed.push(id) : false),
    };
    const logger = new LogLines();
    const clock = new FakeClock();
    const api = makeApi({ expose: { close: 'token' }, sessions, logger, clock });
    expect((await order(api, '/sessions/a%20b/close', 'close')).status).toBe(404);
    clock.advance(100);
    // A slash, encoded or not, ends a part of a path.
    expect((await order(api, '/sessions/a%2Fb/close', 'close')).status).toBe(400);
    expect(closed).toEqual([]);
    expect(logger.lines.join()).not.toContain('a b');
  });

  test('shed has it not ready for as long as it is told, an hour at most, and alive', async () => {
    const clock = new FakeClock();
    const api = makeApi({ expose: { shed: 'token' }, clock });
    const ready = async (): Promise<number> => (await api.handle(requestFor('/readyz'))).status;
    for (const [query, ms] of [
      ['', 60_000],
      ['?for=5m', 300_000],
      ['?for=10h', 3_600_000],
    ] as const) {
      expect((await order(api, `/shed${query}`, 'shed')).status).toBe(200);
      expect([await ready(), (await api.handle(requestFor('/livez'))).status]).toEqual([503, 200]);
      clock.advance(ms - 1);
      expect(await ready()).toBe(503);
      clock.advance(1);
      expect(await ready()).toBe(200);
    }
    await order(api, '/shed?for=5m', 'shed');
    clock.advance(1_000);
    expect([(await order(api, '/shed?for=0', 'shed')).status, await ready()]).toEqual([200, 200]);
    clock.advance(1_000);
    expect((await order(api, '/shed?for=long', 'shed')).status).toBe(409);
  });
});

describe('the line about it', () => {
  test('has the time, the caller, what was done to what, and how it went', async () => {
    using cache = new Cache<string, number>({ name: 'audited', maxEntries: 10 });
    const logger = new LogLines();
    const api = makeApi({ expose: { clear: 'token' }, logger, clock: new FakeClock() });
    const records: AuditRecord[] = [];
    const hear = (record: unknown): void => void records.push(record as AuditRecord);
    subscribe(AUDIT_CHANNEL, hear);
    await order(api, `/caches/${cache.name!}/clear`, 'clear');
    unsubscribe(AUDIT_CHANNEL, hear);
    expect(logger.lines).toEqual([
      '2026-01-01T00:00:00.000Z plimsoll system: clear of "audited" by 203.0.113.9: done. Entries cleared: 0.',
    ]);
    expect(records).toEqual([
      {
        at: Date.UTC(2026, 0, 1),
        action: 'clear',
        subject: 'audited',
        address: '203.0.113.9',
        outcome: 'done',
        message: 'Entries cleared: 0.',
        ms: 0,
      },
    ]);
  });

  test.each<[string, SystemOptions['logger']]>([
    [
      'a logger that throws',
      {
        debug: () => {},
        warn: () => {
          throw new Error('full');
        },
        error: () => {},
      },
    ],
  ])('is not worth an answer: %s', async (_what, logger) => {
    using cache = new Cache<string, number>({ name: 'unlogged', maxEntries: 10 });
    const answer = await order(
      makeApi({ expose: { clear: 'token' }, logger: logger! }),
      `/caches/${cache.name!}/clear`,
      'clear',
    );
    expect(answer.status).toBe(200);
  });

  test('keeps a line break of a name within its quotation marks', async () => {
    const logger = new LogLines();
    using cache = new Cache<string, number>({ name: 'a b', maxEntries: 10 });
    const api = makeApi({ expose: { clear: 'token' }, logger });
    expect(cache.size).toBe(0);
    await order(api, '/caches/x%0aforged/clear', 'clear');
    await order(api, '/caches/a%20b/clear', 'clear');
    expect(logger.lines.every((line) => !line.includes('\n'))).toBe(true);
  });
});
