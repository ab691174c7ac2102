/** The example: behaves as a service should, and `plimsoll run` finds in it what its README says is there. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { LeakReport, ReportedSuspect } from '../../src/diagnose/report/report.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const SERVER = 'examples/leaky-service/server.mjs';
const LOAD = 'examples/leaky-service/load.mjs';
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

interface Program {
  readonly child: ChildProcess;
  /** Resolves when both outputs together match. */
  readonly says: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<{ readonly status: number | null; readonly output: string }>;
}

function start(args: readonly string[], port: number): Program {
  const child = spawn(process.execPath, args, { env: { ...process.env, PORT: String(port) } });
  running.add(child);
  let output = '';
  const hear = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<{ status: number | null; output: string }>((resolve) => {
    child.once('close', (status) => {
      running.delete(child);
      resolve({ status, output });
    });
  });
  const says = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(output)) {
      const more = new Promise((resolve) => child.stdout.once('data', resolve));
      await Promise.race([more, ended]);
      if (child.exitCode !== null && !pattern.test(output)) throw new Error(`it ended without ${pattern}: ${output}`);
    }
  };
  return { child, says, ended };
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

describe('the service', () => {
  test('serves a round of load and ends gracefully', async () => {
    const port = await freePort();
    const service = start([SERVER], port);
    await service.says(/^leaky-service: 16000 products on http:\/\/127\.0\.0\.1:\d+\n$/);
    const load = await start([LOAD], port).ended;
    expect(load).toEqual({ status: 0, output: expect.stringMatching(/^load: 606 requests in \d+\.\d s\n$/) as string });
    service.child.kill('SIGTERM');
    expect((await service.ended).status).toBe(0);
  });

  test('says in one line that its port is in use', async () => {
    const port = await freePort();
    const first = start([SERVER], port);
    await first.says(/products on/);
    const second = await start([SERVER], port).ended;
    expect(second).toEqual({ status: 1, output: `leaky-service: port ${port} is in use; set PORT to another one\n` });
  });

  test('is missed by its load in one line', async () => {
    const port = await freePort();
    expect(await start([LOAD], port).ended).toEqual({ status: 1, output: `load: nothing listens on port ${port}\n` });
  });
});

describe('plimsoll run', () => {
  const placeOf = ({ kind, file, leaked }: ReportedSuspect): string => `${kind} ${path.basename(file ?? '')} ${leaked}`;

  test('names the three leaks, and calls the cache filling', { timeout: 240_000 }, async () => {
    const port = await freePort();
    const report = await withTempDir(async (dir) => {
      const json = path.join(dir, 'report.json');
      const options = ['--quiet', '--fail-on', 'leak', '--json', json, '--drive', `"${process.execPath}" ${LOAD}`];
      const watched = await start(['dist/cli/main.js', 'run', ...options, SERVER], port).ended;
      expect(watched.status, watched.output).toBe(3);
      return JSON.parse(fs.readFileSync(json, 'utf8')) as LeakReport;
    });
    expect(report.verdict).toBe('leak');
    expect(report.environment.rounds).toBe(9);
    const found = report.suspects.map(placeOf);
    expect(found).toContainEqual(expect.stringMatching(/^leak upstream\.mjs .*ApiClient/));
    expect(found).toContainEqual(expect.stringMatching(/^leak bus\.mjs .*orders\.mjs:12/));
    expect(found).toContainEqual(expect.stringMatching(/^leak jobs\.mjs .*Timeout/));
    const cache = report.suspects.filter(({ sentence }) => sentence.includes('profiles.#cache'));
    expect(cache.map(({ kind }) => kind)).toEqual(['filling']);
    expect(report.suspects.filter(({ kind }) => kind === 'leak')).toHaveLength(3);
  });
});
