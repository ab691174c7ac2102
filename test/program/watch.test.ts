/** What is collected and what is not: only a real heap can tell, so each is a program of its own. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { bareNode, DIST } from '../helpers/program.ts';

/** Runs `body` with a watcher, what it told, and `collect()` at hand; what it returns comes back. */
async function run<T>(body: string, flags: readonly string[] = ['--expose-gc']): Promise<T> {
  const program = `
    import { RetentionWatcher } from ${JSON.stringify(path.join(DIST, 'watch/index.js'))};
    import { explainRetained } from ${JSON.stringify(path.join(DIST, 'diagnose/library.js'))};
    const until = async (isSo) => { while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5)); };
    class Session { constructor(id) { this.id = id; this.rows = Array.from({ length: 20 }, () => id); } }
    const sessions = new Map();
    const watcher = new RetentionWatcher({ grace: 0 });
    const told = { collected: 0, retained: 0 };
    for (const event of ['collected', 'retained']) watcher.on(event, ({ count }) => (told[event] += count));
    /** So many collections, each heard of. */
    const collect = async (times) => {
      for (let i = 0; i < times; i++) {
        const before = watcher.status().majorCollections;
        gc();
        await until(() => watcher.status().majorCollections > before);
      }
    };
    const handIn = (count, isKept) => {
      for (let id = 0; id < count; id++) {
        const session = new Session(id);
        if (isKept(id)) sessions.set(id, session);
        watcher.expectCollected(session, 'session');
      }
    };
    const main = async () => { ${body} };
    console.log(JSON.stringify(await main()));
  `;
  const ended = await bareNode([...flags, '--input-type=module', '--eval', program]);
  expect(ended.stderr).toBe('');
  expect(ended.status).toBe(0);
  return JSON.parse(ended.stdout.toString()) as T;
}

test('what nobody holds is collected, what somebody holds is retained, and let go of it is collected too', async () => {
  const [before, after] = await run<object[]>(`
    handIn(100, (id) => id % 10 === 0);
    await collect(2);
    await until(() => told.collected === 90 && told.retained === 10);
    const before = { ...watcher.status(), told: { ...told } };
    sessions.clear();
    await collect(1);
    await until(() => told.collected === 100);
    return [before, { ...watcher.status(), told }];
  `);
  expect(before).toMatchObject({ watched: 0, collected: 90, retained: 10, told: { collected: 90, retained: 10 } });
  expect(after).toMatchObject({ watched: 0, collected: 100, retained: 0, told: { collected: 100, retained: 10 } });
});

test('judges by collections that the program comes to by itself', { timeout: 60_000 }, async () => {
  const status = await run<object>(
    `
    handIn(10, (id) => id < 3);
    const trash = [];
    await until(() => {
      for (let i = 0; i < 2_000; i++) trash[i] = new Array(500).fill(i);
      return told.collected === 7 && told.retained === 3;
    });
    return watcher.status();
  `,
    ['--max-old-space-size=64'],
  );
  expect(status).toMatchObject({ collected: 7, retained: 3, watched: 0 });
});

test('says what holds a retained object, and leaves no file', { timeout: 60_000 }, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-watch-'));
  try {
    const [explained, gone] = await run<[{ objects: { className: string; path: string[] }[] }, object]>(`
      handIn(20, (id) => id === 7);
      await collect(2);
      await until(() => told.retained === 1);
      const { fingerprint } = watcher.list()[0];
      const options = { folder: ${JSON.stringify(folder)}, maxPause: '5m' };
      const explained = await explainRetained(watcher, fingerprint, options);
      sessions.clear();
      await collect(1);
      await until(() => told.collected === 20);
      return [explained, await explainRetained(watcher, fingerprint, options)];
    `);
    expect(explained.objects).toHaveLength(1);
    expect(explained.objects[0]).toMatchObject({ className: 'Session', expression: 'sessions[key]' });
    expect(explained.objects[0]!.path.join(' > ')).toContain('variable sessions');
    // Finding it did not hold it.
    expect(gone).toEqual({ objects: [], pauseMs: 0, file: null });
    expect(fs.readdirSync(folder)).toEqual([]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('refuses a snapshot that would stop the program for too long', async () => {
  const code = await run<string>(`
    handIn(1, () => true);
    await collect(2);
    await until(() => told.retained === 1);
    const { fingerprint } = watcher.list()[0];
    return explainRetained(watcher, fingerprint, { maxPause: 1 }).catch((error) => error.code);
  `);
  expect(code).toBe('PLIM_ERR_SNAPSHOT_REFUSED');
});

test('a watcher that is forgotten is collected, and holds nothing open', async () => {
  const isGone = await run<boolean>(`
    const ref = (() => {
      const forgotten = new RetentionWatcher();
      forgotten.expectCollected(sessions, 'kept');
      return new WeakRef(forgotten);
    })();
    await new Promise((resolve) => setImmediate(resolve));
    await collect(2);
    return ref.deref() === undefined;
  `);
  expect(isGone).toBe(true);
});
