/** Isolated sessions in real worker threads, of the built package in both its forms. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bareNode, DIST } from '../helpers/program.ts';

const ENTRIES = {
  'ES module': pathToFileURL(path.join(DIST, 'session/index.js')).href,
  CommonJS: pathToFileURL(path.join(DIST, 'cjs/session/index.js')).href,
};
const TENANT = pathToFileURL(path.resolve('test/fixtures/session/tenant.mjs')).href;

/** Runs `body` with a broker, a witness in this thread and an isolated session `tenant`; what it returns comes back. */
async function run<T>(entry: string, body: string): Promise<T> {
  const program = `
    const { SessionBroker } = await import(${JSON.stringify(entry)});
    const module = new URL(${JSON.stringify(TENANT)});
    const broker = new SessionBroker({ maxSessions: 5, perSession: '1MB', store: { maxEntries: 100 }, closeTimeout: '500ms' });
    const events = [];
    broker.events.on('alert', ({ level, code, session }) => events.push([level, code, session].join(' ')));
    const closed = (id) => new Promise((resolve) => broker.events.on('closed', (event) => event.id === id && resolve(event.cause)));
    const codeOf = (promise) => promise.then(() => 'nothing', (error) => error.code ?? error.message);
    const witness = await broker.open('witness');
    witness.store.set('key', 'value');
    const other = await broker.openIsolated('other', { module, maxHeap: '24MB' });
    const tenant = await broker.openIsolated('tenant', { module, maxHeap: '24MB', data: 'hello' });
    const main = async () => { ${body} };
    const result = await main();
    const others = [witness.store.get('key'), await other.store.get('born'), broker.has('witness'), broker.has('other')];
    await broker.shutdown();
    console.log(JSON.stringify({ result, events, others }));
  `;
  const env = { ...process.env, PLIMSOLL_ENTRY: entry };
  // A file of its own: a worker would inherit `--eval`.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-'));
  const file = path.join(folder, 'program.mjs');
  fs.writeFileSync(file, program);
  const ended = await bareNode([file], { env }).finally(() => fs.rmSync(folder, { recursive: true }));
  expect({ stderr: ended.stderr, status: ended.status }).toMatchObject({ status: 0 });
  const { result, events, others } = JSON.parse(ended.stdout.toString()) as {
    result: T;
    events: string[];
    others: unknown;
  };
  expect(others).toEqual(['value', true, true, true]);
  return { result, events } as T;
}

describe.each(Object.entries(ENTRIES))('%s', (_form, entry) => {
  test('calls, stores, measures and closes', async () => {
    const { result, events } = await run<{ result: unknown[]; events: string[] }>(
      entry,
      `const said = await tenant.call('hello', ['you']);
       const opened = await tenant.call('open');
       const { heap, store } = await tenant.usage();
       const same = await broker.openIsolated('tenant', { module }) === tenant;
       const wrong = [await codeOf(broker.open('tenant')), await codeOf(broker.openIsolated('witness', { module }))];
       await tenant.close();
       return [said, opened, heap.usedBytes > 1e6 && heap.usedBytes < heap.limitBytes, store.entries, same, wrong, await codeOf(tenant.usage())];`,
    );
    expect(result).toEqual([
      'tenant says hello to you',
      2,
      true,
      2,
      true,
      ['PLIM_ERR_OPTION_INVALID', 'PLIM_ERR_OPTION_INVALID'],
      'PLIM_ERR_SESSION_CLOSED',
    ]);
    expect(events).toEqual([]);
  });

  test('one that runs out of memory is closed with an alert; the process and the others go on', async () => {
    const { result, events } = await run<{ result: unknown; events: string[] }>(
      entry,
      `const cause = closed('tenant');
       const failure = await codeOf(tenant.call('hoard'));
       const ended = await cause;
       const again = await broker.openIsolated('tenant', { module, maxHeap: '24MB', data: 'hello again' });
       return [failure, ended, await again.call('hello', ['you'])];`,
    );
    expect(result).toEqual(['PLIM_ERR_SESSION_WORKER', 'memory', 'tenant says hello again to you']);
    expect(events).toEqual(['critical PLIM_WARN_SESSION_WORKER tenant']);
  });
});

describe('a worker', () => {
  const { 'ES module': entry } = ENTRIES;

  test.each(['crash', 'leave'])('that ends by itself (%s) closes its session with an alert', async (way) => {
    const { result, events } = await run<{ result: unknown; events: string[] }>(
      entry,
      `const cause = closed('tenant');
       await codeOf(tenant.call('${way}'));
       return [await cause, broker.has('tenant')];`,
    );
    expect(result).toEqual(['failed', false]);
    expect(events).toEqual(['critical PLIM_WARN_SESSION_WORKER tenant']);
  });

  test('that listens to nobody is ended after the deadline', async () => {
    const { result } = await run<{ result: unknown }>(
      entry,
      `void codeOf(tenant.call('block'));
       return [await codeOf(tenant.close()), broker.has('tenant')];`,
    );
    expect(result).toEqual(['PLIM_ERR_SESSION_TIMEOUT', false]);
  });

  test('whose scope fails to end tells it to whoever closes it', async () => {
    const { result } = await run<{ result: unknown }>(
      entry,
      `await tenant.call('failAtEnd');
       return [await codeOf(tenant.close()), broker.has('tenant')];`,
    );
    expect(result).toEqual(['broken end', false]);
  });

  test('whose module is not there does not come up', async () => {
    const { result, events } = await run<{ result: unknown; events: string[] }>(
      entry,
      `const failure = await codeOf(broker.openIsolated('nobody', { module: new URL('./missing.mjs', module) }));
       return [failure, broker.has('nobody')];`,
    );
    expect(result).toEqual(['PLIM_ERR_SESSION_WORKER', false]);
    expect(events).toEqual(['critical PLIM_WARN_SESSION_WORKER nobody']);
  });
});

describe('measureHeap', () => {
  test('says what each session keeps alone, near what it stores', async () => {
    const { result } = await run<{ result: { id: string; retainedBytes: number; chargedBytes: number }[] }>(
      ENTRIES['ES module'],
      `const texts = (count) => Array.from({ length: count }, (_, i) => 'x'.repeat(1000).concat(String(Math.random())));
       const large = await broker.open('large');
       for (const text of texts(100)) large.store.set(text, text.toUpperCase());
       large.budget.charge('work', 5000);
       const shared = texts(100).join('');
       const all = await broker.measureHeap({ maxPause: '60s' });
       return all;`,
    );
    const [witness, large] = ['witness', 'large'].map((id) => result.find((each) => each.id === id)!);
    expect(result.length).toBe(2);
    // The store says what it holds; beside it there is the session itself.
    const stored = large!.chargedBytes - 5000;
    expect(stored).toBeGreaterThan(190_000);
    expect(large!.retainedBytes / stored).toBeGreaterThan(0.95);
    expect(large!.retainedBytes / stored).toBeLessThan(1.25);
    expect(witness!.retainedBytes).toBeGreaterThan(1000);
    expect(witness!.retainedBytes).toBeLessThan(50_000);
  });

  test('is refused where the pause would be too long', async () => {
    const { result } = await run<{ result: unknown }>(
      ENTRIES['ES module'],
      `return codeOf(broker.measureHeap({ maxPause: 1 }));`,
    );
    expect(result).toBe('PLIM_ERR_SNAPSHOT_REFUSED');
  });
});
