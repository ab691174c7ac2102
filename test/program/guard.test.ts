/** Guarded services as real programs: nothing under way is lost, and nothing is left. */
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { bareNode, DIST, StartedProgram } from '../helpers/program.ts';

const started: StartedProgram[] = [];
afterEach(() => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
});

async function start(way: string, env: Record<string, string> = {}): Promise<StartedProgram & { port: number }> {
  const program = new StartedProgram(process.execPath, ['test/fixtures/guard/service.mjs', way], {
    env: { ...process.env, PLIMSOLL_DIST: DIST, ...env },
  });
  started.push(program);
  await program.says('}\n');
  return Object.assign(program, JSON.parse(program.output.split('\n')[0]!) as { port: number });
}

/** Clients that keep their connections and ask again and again, until they are told that nobody listens. */
async function ask(port: number, isOver: () => boolean): Promise<{ answered: number; lost: string[] }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const lost: string[] = [];
  let answered = 0;
  const get = (path: string): Promise<void> =>
    new Promise((resolve) => {
      const request = http.get({ port, path, agent }, (response) => {
        response.on('end', () => resolve(void answered++)).resume();
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        // Nobody listens any more: the balancer's business. A connection that was there and broke is a request lost.
        if (error.code !== 'ECONNREFUSED') lost.push(`${path}: ${error.message}`);
        resolve();
      });
    });
  const client = async (path: string): Promise<void> => {
    while (!isOver()) {
      await get(path);
      await pause(5);
    }
  };
  await Promise.all(['/', '/', '/', '/slow', '/slow', '/api/system/readyz'].map(client));
  agent.destroy();
  return { answered, lost };
}

describe.each(['node:http', 'express', 'fastify'])('a service of %s', (way) => {
  test('loses no request when SIGTERM comes, closes what it was given, and ends as the signal would have it', async () => {
    const service = await start(way, { PLIMSOLL_SHUTDOWN_DELAY: '300ms' });
    let isOver = false;
    const clients = ask(service.port, () => isOver);
    await pause(300);
    service.child.kill('SIGTERM');
    const ended = await service.ended;
    isOver = true;
    const { answered, lost } = await clients;
    expect(lost).toEqual([]);
    expect(answered).toBeGreaterThan(20);
    expect([ended.status, ended.signal, ended.stderr]).toEqual([null, 'SIGTERM', '']);
    const said = ended.stdout.toString().trim().split('\n').slice(1);
    const closed = ['database closed', ...(way === 'fastify' ? ['fastify closed'] : [])];
    expect(said).toEqual([...closed, 'exit, watching false']);
  });

  test('says that it is not ready before it stops to listen', async () => {
    const service = await start(way, { PLIMSOLL_SHUTDOWN_DELAY: '2s' });
    const ready = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${service.port}/api/system/readyz`)).status;
    expect(await ready()).toBe(200);
    service.child.kill('SIGTERM');
    while ((await ready()) === 200) await pause(10);
    expect((await fetch(`http://127.0.0.1:${service.port}/`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${service.port}/api/system/livez`)).status).toBe(200);
    expect((await service.ended).signal).toBe('SIGTERM');
  });
});

test('everything that is started is ended, in a process of its own', async () => {
  const ended = await bareNode(['test/fixtures/guard/leaves.mjs', '300'], {
    env: { ...process.env, PLIMSOLL_DIST: DIST },
  });
  expect([ended.status, ended.stderr]).toEqual([0, '']);
  const { before, after, open } = JSON.parse(ended.stdout.toString()) as Record<string, unknown>;
  expect(after).toEqual(before);
  expect((open as string[]).filter((kind) => !/Pipe|TTY|File/.test(kind))).toEqual([]);
});
