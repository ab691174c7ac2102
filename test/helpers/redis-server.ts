/** Real Redis servers for tests: each on a free port, without persistence, killed at the end. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { serviceOrSkip } from './service.ts';

/** Whether the tests of Redis must be left out. */
export const withoutRedis: boolean = serviceOrSkip(
  'redis-server',
  spawnSync('redis-server', ['--version']).status === 0,
);

/** A server that runs. */
export class RedisServer {
  readonly port: number;
  readonly url: string;
  readonly #folder: string;
  readonly #args: readonly string[];
  #child!: ChildProcess;

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#args = args;
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-redis-'));
  }

  static async start(args: readonly string[] = []): Promise<RedisServer> {
    // Between finding a free port and taking it somebody else may take it.
    for (let attempts = 5; ; attempts--) {
      const server = new RedisServer(await freePort(), args);
      try {
        await server.run();
        return server;
      } catch (error) {
        server.remove();
        if (attempts === 1) throw error;
      }
    }
  }

  /** Starts it, or starts it again on the same port. */
  async run(): Promise<void> {
    const own = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', [...own, '--dir', this.#folder, ...this.#args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('Ready to accept connections')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`redis-server ended: ${said}`)));
    });
    // Read on, or the pipe fills.
    child.stdout.resume();
    child.stderr.resume();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills it, as `kill -9` does, and waits for its end. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** Runs one command by a connection of its own; the reply as the server writes it. */
  command(...args: readonly string[]): Promise<string> {
    return redisCommand(this.port, args);
  }

  async end(): Promise<void> {
    await this.kill();
    this.remove();
  }

  private remove(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Sends one command and gives the raw reply. */
export function redisCommand(port: number, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    const parts = args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`);
    socket.on('error', reject);
    socket.setEncoding('utf8');
    let reply = '';
    socket.on('data', (text: string) => {
      reply += text;
      if (!isWhole(reply)) return;
      socket.destroy();
      resolve(reply.trimEnd());
    });
    socket.write(`*${args.length}\r\n${parts.join('')}`);
  });
}

/** Whether a reply has come to its end: a bulk text says how long it is. */
function isWhole(reply: string): boolean {
  const bulk = /^\$(\d+)\r\n/.exec(reply);
  if (bulk === null) return reply.endsWith('\r\n');
  return Buffer.byteLength(reply) >= bulk[0].length + Number(bulk[1]) + 2;
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
