/** Services with a system API, as real programs that real clients ask. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { openSnapshot } from '../../src/snapshot/index.ts';
import { DIST, StartedProgram } from '../helpers/program.ts';
import { askRaw } from '../helpers/raw-http.ts';
import { runtimeOrSkip } from '../helpers/runtimes.ts';
import { serviceOrSkip } from '../helpers/service.ts';
import { acting, AUTHORISED, TOKEN } from '../helpers/system-requests.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const started: StartedProgram[] = [];
afterEach(async () => {
  for (const program of started.splice(0)) {
    program.child.kill('SIGKILL');
    await program.ended;
  }
});

interface Ports {
  readonly workers?: readonly number[];
  readonly system: number;
  readonly app: number;
}

/** Starts a program of test/fixtures/system and waits until it says where it listens. */
async function start(name: string, env: Record<string, string> = {}): Promise<StartedProgram & Ports> {
  const program = new StartedProgram(process.execPath, [`test/fixtures/system/${name}.mjs`], {
    env: { ...process.env, PLIMSOLL_DIST: DIST, SYSTEM_TOKEN: TOKEN, ...env },
  });
  started.push(program);
  await program.says('}\n');
  return Object.assign(program, JSON.parse(program.output.split('\n')[0]!) as Ports);
}

const inService = (use: (service: StartedProgram & Ports, dumps: string) => Promise<void>): Promise<void> =>
  withTempDir(async (dir) => use(await start('service', { DUMPS: path.join(dir, 'dumps') }), path.join(dir, 'dumps')));

describe('a service', () => {
  test('tells how it is, collects, and says who had it done', () =>
    inService(async (service) => {
      const at = `http://127.0.0.1:${service.system}`;
      const stats = (await (await fetch(`${at}/stats`, { headers: AUTHORISED })).json()) as Record<string, never>;
      expect(stats).toMatchObject({
        process: { pid: service.child.pid },
        caches: { caches: [{ name: 'users' }] },
        monitor: { isRunning: true },
      });
      const gc = await fetch(`${at}/gc`, { method: 'POST', headers: acting('gc') });
      expect(await gc.json()).toMatchObject({
        outcome: 'done',
        freedBytes: expect.any(Number),
        pauseMs: expect.any(Number),
      });
      const again = await fetch(`${at}/gc`, { method: 'POST', headers: acting('gc') });
      expect([again.status, Number(again.headers.get('retry-after')) > 50]).toEqual([429, true]);
      await service.says('plimsoll system: gc by 127.0.0.1: done.');
      await service.says('plimsoll system: gc by 127.0.0.1: limited.');
      expect(service.output).not.toContain(TOKEN);
    }));

  test('writes one heap snapshot for several who ask, for its owner alone, and gives it out', () =>
    inService(async (service, dumps) => {
      const at = `http://127.0.0.1:${service.system}`;
      const asked = await Promise.all(
        Array.from({ length: 5 }, () => fetch(`${at}/heapdump`, { method: 'POST', headers: acting('heapdump') })),
      );
      const statuses = asked.map(({ status }) => status);
      expect(statuses).toContain(200);
      // Those who came too late to join it are told when to come again; a pause beyond ten seconds counts as theirs (408).
      const others = asked.filter(({ status }) => ![200, 429, 408].includes(status));
      expect(await Promise.all(others.map((answer) => answer.text()))).toEqual([]);
      const [name] = fs.readdirSync(dumps);
      expect(fs.readdirSync(dumps)).toHaveLength(1);
      expect(fs.statSync(path.join(dumps, name!)).mode & 0o777).toBe(0o600);
      expect(await asked[statuses.indexOf(200)]!.json()).toMatchObject({ outcome: 'done', name });
      const answer = await fetch(`${at}/heapdump/${name!}`, { headers: AUTHORISED });
      const copy = path.join(dumps, 'copy.heapsnapshot');
      fs.writeFileSync(copy, Buffer.from(await answer.arrayBuffer()));
      expect((await openSnapshot(copy)).graph.nodeCount).toBeGreaterThan(1_000);
      expect((await fetch(`${at}/heapdump/${name!}`)).status).toBe(401);
    }));

  test('on SIGTERM is not ready and alive, ends event streams, and ends', () =>
    inService(async (service) => {
      const at = `http://127.0.0.1:${service.system}`;
      expect((await fetch(`${at}/readyz`)).status).toBe(200);
      const events = await fetch(`${at}/events`, { headers: AUTHORISED });
      const reader = events.body!.getReader();
      expect(new TextDecoder().decode((await reader.read()).value)).toContain('event: hello');
      service.child.kill('SIGTERM');
      let text = '';
      for (let part = await reader.read(); !part.done; part = await reader.read())
        text += new TextDecoder().decode(part.value);
      expect(text).toContain('event: bye');
      const [ready, live] = await Promise.all([fetch(`${at}/readyz`), fetch(`${at}/livez`)]);
      expect([ready.status, live.status]).toEqual([503, 200]);
      expect((await fetch(`${at}/events`, { headers: AUTHORISED })).status).toBe(503);
      expect((await service.ended).status).toBe(0);
    }));

  test('stands floods of headers, bodies without end, and clients that stop', () =>
    inService(async (service) => {
      const port = service.system;
      const many = Array.from({ length: 101 }, (_, i) => `x${i}: 1`);
      expect((await askRaw(port, ['GET /livez HTTP/1.1', 'Host: localhost', ...many])).status).toBe(431);
      expect((await askRaw(port, ['GET /livez HTTP/1.1', 'Host: localhost', `X: ${'y'.repeat(20_000)}`])).status).toBe(
        431,
      );
      const endless = [
        'POST /gc HTTP/1.1',
        'Host: localhost',
        'Transfer-Encoding: chunked',
        ...Object.entries(acting('gc')).map((pair) => pair.join(': ')),
      ];
      expect((await askRaw(port, endless, 'ffffffff\r\nx')).status).toBe(413);
      // Fifty who begin a request and never end it: others are answered meanwhile, and the fifty are let go.
      const sockets = Array.from({ length: 50 }, () => net.connect(port, '127.0.0.1'));
      const gone = Promise.all(sockets.map((socket) => once(socket.resume(), 'close')));
      for (const socket of sockets) socket.on('error', () => {}).write('GET /livez HTTP/1.1\r\nHost: loc');
      expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
      await gone;
    }));
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
test.skipIf(serviceOrSkip('promtool', hasPromtool))(
  'Prometheus’ own tool reads both formats, and has nothing to say against the names',
  () =>
    inService(async (service, dumps) => {
      const at = `http://127.0.0.1:${service.system}/metrics`;
      const checked = spawnSync('promtool', ['check', 'metrics'], {
        input: await (await fetch(at)).text(),
        encoding: 'utf8',
      });
      expect([checked.status, checked.stdout, checked.stderr]).toEqual([0, '', '']);
      const accept = 'application/openmetrics-text; version=1.0.0';
      const open = await (await fetch(at, { headers: { accept } })).text();
      // It reads that format only to import samples, which have a time.
      const file = `${dumps}.om`;
      fs.writeFileSync(file, open.replaceAll(/^([^#\n].*)$/gm, '$1 1700000000'));
      const imported = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, `${dumps}-blocks`], {
        encoding: 'utf8',
      });
      expect(imported.status, imported.stderr).toBe(0);
      const samples = open.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      expect(imported.stdout).toContain(` ${samples} `);
    }),
);

test('the example answers, clears what it is told to, and ends without losing its readiness probe', () =>
  withTempDir(async (folder) => {
    const source = fs.readFileSync('examples/system-api/server.mjs', 'utf8');
    const script = path.join(folder, 'server.mjs');
    const entryOf = (_: string, name: string): string => `'${pathToFileURL(path.join(DIST, name, 'index.js')).href}'`;
    fs.writeFileSync(script, source.replaceAll(/'plimsoll\/(\w+)'/g, entryOf));
    const env = { ...process.env, PORT: '0', SYSTEM_PORT: '0', SYSTEM_TOKEN: TOKEN };
    const program = new StartedProgram(process.execPath, [script], { env });
    started.push(program);
    await program.says('system: ');
    const [app, system] = ['app', 'system'].map(
      (name) => new RegExp(`^${name}: (\\S+)$`, 'm').exec(program.output)![1]!,
    );
    expect(await (await fetch(`${app!}/article`)).text()).toBe('8\n');
    const cleared = await fetch(`${system!}/caches/prices/clear`, { method: 'POST', headers: acting('clear') });
    expect(await cleared.json()).toMatchObject({ outcome: 'done', entries: 1 });
    expect((await fetch(`${system!}/readyz`)).status).toBe(200);
    program.child.kill('SIGTERM');
    let ready: number;
    do ready = (await fetch(`${system!}/readyz`)).status;
    while (ready === 200);
    expect([ready, (await fetch(`${system!}/livez`)).status]).toEqual([503, 200]);
    expect((await program.ended).signal).toBe('SIGTERM');
  }));

test('a cluster’s primary answers for all its workers, and for its threads', async () => {
  const primary = (await start('cluster')) as StartedProgram & {
    readonly system: number;
    readonly workers: readonly number[];
  };
  const text = await (await fetch(`http://127.0.0.1:${primary.system}/metrics`)).text();
  const seriesOf = (name: string): string[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .map((line) => line.replace(/ \S+$/, ''));
  expect(seriesOf('process_resident_memory_bytes')).toEqual([
    'process_resident_memory_bytes',
    'process_resident_memory_bytes{worker="1"}',
    'process_resident_memory_bytes{worker="2"}',
  ]);
  expect(seriesOf('nodejs_heap_size_used_bytes')).toEqual([
    'nodejs_heap_size_used_bytes',
    'nodejs_heap_size_used_bytes{worker="1"}',
    'nodejs_heap_size_used_bytes{worker="2"}',
    'nodejs_heap_size_used_bytes{thread="1"}',
  ]);
  expect(seriesOf('plimsoll_cache_entries')).toContain('plimsoll_cache_entries{cache="of-thread",thread="1"}');
  expect(seriesOf('plimsoll_cache_entries')).toContain('plimsoll_cache_entries{cache="of-process",worker="2"}');
  expect(text).toContain('\nplimsoll_metrics_missing 0\n');
  // One that has died is neither waited for nor shown.
  const [oldest = 0] = primary.workers ?? [];
  process.kill(oldest, 'SIGKILL');
  let after: string;
  do after = await (await fetch(`http://127.0.0.1:${primary.system}/metrics`)).text();
  while (after.includes('process_resident_memory_bytes{worker="1"}'));
  expect(after).toContain('process_resident_memory_bytes{worker="2"}');
  primary.child.kill('SIGTERM');
  expect((await primary.ended).status).toBe(0);
});

const { runtime: bun, isMissing: withoutBun } = runtimeOrSkip('Bun');
test.skipIf(withoutBun)('under Bun, by its own server and by node:http', async () => {
  const program = new StartedProgram(bun.program, ['test/fixtures/system/bun.mjs'], {
    env: { ...process.env, PLIMSOLL_DIST: DIST, SYSTEM_TOKEN: TOKEN },
  });
  started.push(program);
  const { status, stdout, stderr } = await program.ended;
  expect(status, stderr).toBe(0);
  const found = {
    live: 200,
    statsWithout: 401,
    stats: ['bun'],
    metrics: true,
    metricsForwarded: 401,
    events: true,
    rebound: 403,
  };
  expect(JSON.parse(stdout.toString())).toEqual({ bun: found, node: found, gc: { status: 200, outcome: 'done' } });
});
