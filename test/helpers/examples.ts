/** What each example is run by, what is asked of it, and what it says. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { hasTools } from '../../scripts/lib/tools.mjs';
import { MAIN, type ProgramEnded, StartedProgram } from './program.ts';
import { RedisServer, withoutRedis } from './redis-server.ts';

/** How an example is run, and what comes of it. */
export interface Example {
  /** As it stands in the README. */
  readonly command: string;
  /** What the test needs beside it: a free port, another server. */
  readonly more?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is said, or written by a heading of the report, wherever it is. */
  readonly says: readonly (RegExp | string)[];
  readonly status?: number;
  /** For one that does not end by itself: it listens where its first line says, is asked, and gets SIGINT. */
  readonly ask?: (at: string) => Promise<void>;
  readonly needs?: 'redis' | 'jest';
  /** Takes half a minute. */
  readonly isLong?: boolean;
}

const get = async (at: string, headers: Record<string, string> = {}): Promise<string> => {
  const response = await fetch(at, { headers });
  return `${response.status} ${await response.text()}`;
};

const TOKEN = 'change-me-to-something-long';
const PORTS = { PORT: '0', SYSTEM_PORT: '0' };

/** What each folder of `examples/` is run by. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'audit-project': {
    command: 'plimsoll audit src',
    status: 3,
    says: ['src/sessions.mjs', 'growing-collection', 'timer-not-in-close', '2 findings in 1 file'],
  },
  'bounded-cache': {
    command: 'node thumbnails.mjs',
    says: [
      /^Map: {3}21000 thumbnails, 1\d\d\./m,
      /^Cache: (?:1\d{3}|2000) thumbnails, 1\d\.\d MiB/m,
      /6\d % of the visitors/,
    ],
  },
  'cache-with-loader': { command: 'node rates.mjs', says: [/served: \d{3,}/, /loads: \d+/] },
  'find-a-leak': {
    command: 'plimsoll run --rounds 5 --warmup 1 --drive "node load.mjs" server.mjs',
    env: { PORT: '3217' },
    isLong: true,
    says: ['Verdict: LEAK', 'prices._events.change', 'onChange', 'server.mjs:21'],
  },
  'graceful-shutdown': {
    command: 'node server.mjs',
    env: PORTS,
    ask: async (at) => expect([await get(at), await get(`${at}ready`)]).toEqual(['200 done', '200 pass']),
    says: ['store closed'],
  },
  guard: {
    command: `PLIMSOLL_SYSTEM_TOKEN=${TOKEN} node server.mjs`,
    env: PORTS,
    ask: async (at) => {
      expect(await get(`${at}Ada`)).toBe('200 hello, Ada\n');
      expect(await get(`${at}api/system/readyz`)).toBe('200 pass\n');
      expect((await get(`${at}api/system/stats`)).slice(0, 3)).toBe('401');
      expect(await get(`${at}api/system/stats`, { authorization: `Bearer ${TOKEN}` })).toContain('"name":"greetings"');
    },
    says: ['ending: notReady\nending: drain\nending: work\nending: close\n'],
  },
  'leak-test-jest': {
    command: "npx jest --testMatch='**/*.test.cjs'",
    more: '--rootDir .',
    needs: 'jest',
    says: [/Tests: +\d+ passed, \d+ total/],
  },
  'leak-test-node': { command: 'node --test', says: [/# pass [1-9]/, '# fail 0'] },
  'leak-test-vitest': {
    command: 'npx vitest run',
    // Or it would take ours.
    more: '--root . --config=$BIN/vitest.config.mjs',
    says: [/Tests +\S*\d+ passed/],
  },
  'load-line': {
    command: 'node --max-old-space-size=64 pages.mjs',
    says: ['gave back: archive', /in the end: pages \d+\.\d MiB, archive/],
  },
  'monitor-alert': {
    command: 'node --max-old-space-size=120 service.mjs',
    env: PORTS,
    ask: async (at) => {
      for (let refused = 0; refused < 20; ) {
        refused = (await fetch(`${at}order`)).status === 503 ? refused + 1 : 0;
        // As one `curl` after the other: faster, the heap is full between two looks of the monitor.
        await pause(3);
      }
      expect(await get(`${at}status`)).toContain('"shedding"');
    },
    says: [/fired warning \(heap\): /],
  },
  'redis-tier': {
    command: 'node users.mjs',
    needs: 'redis',
    says: ['three asked, queries: 1', 'the other has Ada', 'without its team: user 7'],
  },
  'run-unmodified': {
    command: 'plimsoll run import.mjs',
    isLong: true,
    says: [/imported \d+ rows/, 'Verdict: LEAK', '`alreadySeen` in import.mjs:5'],
  },
  'scope-http-server': {
    command: 'node server.mjs',
    env: PORTS,
    ask: async (at) => {
      const events = new AbortController();
      await fetch(new URL('/events', at), { signal: events.signal });
      expect(await get(at)).toContain('heartbeat');
      events.abort();
      while ((await get(at)).includes('heartbeat')) await pause(20);
    },
    says: [],
  },
  'session-broker': {
    command: 'node broker.mjs',
    says: [
      'ada lets go of everything',
      'ada is gone; 2 of 2 places are taken',
      /warning: /,
      'bob renders a smaller page',
    ],
  },
  'system-api': {
    command: `SYSTEM_TOKEN=${TOKEN} node server.mjs`,
    env: PORTS,
    ask: async (at) => expect(await get(`${at}/EUR`)).toBe('200 4\n'),
    says: [/system: http:\/\/127\.0\.0\.1:\d+/],
  },
  'thread-store': { command: 'node example.mjs', says: ['451 of 500 threads', '1 turn timeouts', /^501 sent/m] },
  'watch-object': {
    command: 'node sessions.mjs',
    says: [/\d+ sessions outlive their end/, /Session is held by: .*priceListeners/, /the snapshot took \d+ ms/],
  },
};

/** What is run elsewhere. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  dashboard: 'test/program/dashboard.test.ts',
  'large-json': 'test/program/large-json.test.ts',
  'leaky-service': 'test/program/leaky-service.test.ts',
};

const hasJest = hasTools('test/consumers');
const left = { redis: withoutRedis, jest: !hasJest };
const BIN = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-bin-'));
let redis: RedisServer | undefined;

/** Before any is run. */
export async function prepare(): Promise<void> {
  fs.symlinkSync(MAIN, path.join(BIN, 'plimsoll'));
  fs.writeFileSync(path.join(BIN, 'vitest.config.mjs'), 'export default {};\n');
  if (!withoutRedis) redis = await RedisServer.start();
}

/** After all. */
export async function cleanUp(): Promise<void> {
  await redis?.end();
  fs.rmSync(BIN, { recursive: true, force: true });
}

function start(name: string, { command, more = '', env = {}, needs }: Example): StartedProgram {
  const bins = [BIN, path.resolve('test/consumers/node_modules/.bin'), path.resolve('node_modules/.bin')];
  const own = needs === 'redis' ? redis!.url : more;
  // Without `exec` signals would reach the shell.
  const [, variables = '', program] = /^((?:\w+=\S+ )*)(.*)$/.exec(command.replace(/^npx /, ''))!;
  return new StartedProgram('bash', ['-c', `${variables}exec ${program} ${own}`], {
    cwd: path.join('examples', name),
    env: { ...process.env, PATH: `${bins.join(':')}:${process.env['PATH']}`, NO_COLOR: '1', CI: '', BIN, ...env },
  });
}

async function run(name: string, example: Example): Promise<ProgramEnded> {
  const program = start(name, example);
  const limit = setTimeout(() => program.child.kill('SIGKILL'), 100_000);
  try {
    if (example.ask !== undefined) {
      let at: string | undefined;
      while (at === undefined) {
        at = addressIn(program.output);
        if (program.child.exitCode !== null) throw new Error(`It ended: ${(await program.ended).stderr}`);
        await pause(20);
      }
      await example.ask(at);
      program.child.kill('SIGINT');
    }
    return await program.ended;
  } finally {
    clearTimeout(limit);
    program.child.kill('SIGKILL');
  }
}

/** Where a server says that it listens: an address, or a port. */
function addressIn(output: string): string | undefined {
  const port = /listening on (\d+)\n/.exec(output)?.[1];
  return port === undefined ? /(http:\/\/localhost:\d+\S*)\n/.exec(output)?.[1] : `http://localhost:${port}/`;
}

/** Whether what an example needs is missing. */
export function isLeftOut({ needs }: Example): boolean {
  return needs !== undefined && left[needs];
}

/** Runs an example as its README says, and looks at what comes of it. */
export async function check(name: string, example: Example): Promise<void> {
  expect(fs.readFileSync(path.join('examples', name, 'README.md'), 'utf8')).toContain(`\n${example.command}`);
  const ended = await run(name, example);
  const said = `${ended.stdout.toString()}\n${ended.stderr}`;
  for (const text of example.says) {
    if (typeof text === 'string') expect(said).toContain(text);
    else expect(said).toMatch(text);
  }
  if (example.ask === undefined) expect(ended.status).toBe(example.status ?? 0);
  else expect(ended.signal === 'SIGINT' || ended.status === 0 || ended.status === 130).toBe(true);
}
