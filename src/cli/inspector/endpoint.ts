import http from 'node:http';
import { systemCodeOf } from '../../base/errors.ts';
import { commandOf, requireSignalHandler, unreachable } from './node-process.ts';
import { isAlive, type Listener, readListeners, readNetworkListeners, readText } from './proc.ts';

/** Where the inspector of a process listens. */
export interface Endpoint {
  readonly listener: Listener;
  /** WebSocket address of its main thread. */
  readonly url: string;
  /** Whether our signal opened it, so that we have to close it. */
  readonly opened: boolean;
}

const DEFAULT_PORT = 9229;
const POLL_MS = 50;
const ANSWER_TIMEOUT_MS = 1_000;
const MAX_ANSWER_BYTES = 1 << 20;
/** Without a new socket by then, the inspector may have been open all along, on a port that we could not guess. */
const ASK_OLD_SOCKETS_AFTER_MS = 1_000;

/**
 * Finds the inspector of a Node.js process, or has it opened with SIGUSR1.
 *
 * The program's own ports are asked only when no new one appears: a request of ours may end up in its logs.
 *
 * @param before - where it listened before anything of ours began; an inspector elsewhere is our doing
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE} when it does not open within `timeoutMs`, with the likely reasons.
 */
export async function openInspector(
  pid: number,
  timeoutMs: number,
  before: readonly Listener[] = readListeners(pid),
): Promise<Endpoint> {
  const raised = await findRaised(pid, before);
  if (raised !== undefined) return raised;
  const expectedPort = inspectorPortOf(argumentsOf(pid));
  const likely = before.filter((listener) => listener.port === expectedPort || listener.port === DEFAULT_PORT);
  const open = await firstInspector(likely);
  if (open !== undefined) return { ...open, opened: false };

  requireSignalHandler(pid);
  requireFreePort(pid, expectedPort);
  signalUsr1(pid);
  return await waitForInspector(pid, before, timeoutMs);
}

/** An inspector that was opened since, by a primary of a cluster for instance. */
export async function findRaised(pid: number, before: readonly Listener[]): Promise<Endpoint | undefined> {
  const known = new Set(before.map(keyOf));
  const found = await firstInspector(readListeners(pid).filter((listener) => !known.has(keyOf(listener))));
  return found === undefined ? undefined : { ...found, opened: true };
}

async function waitForInspector(pid: number, before: readonly Listener[], timeoutMs: number): Promise<Endpoint> {
  const begun = Date.now();
  const asked = new Set<string>();
  for (let waited = 0; waited < timeoutMs; waited = Date.now() - begun) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (!isAlive(pid)) throw unreachable(`Process ${pid} ended before its inspector was open.`);
    const known = new Set(before.map(keyOf));
    const fresh = readListeners(pid).filter((listener) => !known.has(keyOf(listener)) && !asked.has(keyOf(listener)));
    const opened = await firstInspector(fresh);
    if (opened !== undefined) return { ...opened, opened: true };
    for (const listener of fresh) asked.add(keyOf(listener));
    if (waited < ASK_OLD_SOCKETS_AFTER_MS) continue;
    const unasked = before.filter((listener) => !asked.has(keyOf(listener)));
    const old = await firstInspector(unasked);
    if (old !== undefined) return { ...old, opened: false };
    for (const listener of unasked) asked.add(keyOf(listener));
  }
  throw unreachable(
    `Process ${pid} (${commandOf(pid)}) did not open its inspector within ${timeoutMs / 1000} s of SIGUSR1: ` +
      'it handles that signal itself, or its main thread is blocked (the inspector then opens when it goes on). ' +
      'Start it with --inspect, or try again.',
  );
}

function signalUsr1(pid: number): void {
  try {
    process.kill(pid, 'SIGUSR1');
  } catch (error) {
    if (systemCodeOf(error) === 'EPERM') {
      throw unreachable(`Process ${pid} belongs to another user; run this command as that user.`, error);
    }
    throw unreachable(`There is no process ${pid} any more.`, error);
  }
}

/** Node.js opens its inspector on one port only, and gives up when that is taken. */
function requireFreePort(pid: number, port: number): void {
  if (port === 0 || !readNetworkListeners(pid).some((listener) => listener.port === port)) return;
  throw unreachable(
    `Process ${pid} would open its inspector on port ${port}, which another program uses; ` +
      'free that port, or start the process with --inspect-port=0.',
  );
}

/** The port that a Node.js with these arguments opens its inspector on. */
export function inspectorPortOf(argv: readonly string[]): number {
  let port = DEFAULT_PORT;
  for (const argument of argv) {
    const value = /^--(?:inspect|inspect-brk|inspect-wait|inspect-port|debug-port)=(.*)$/.exec(argument)?.[1];
    const digits = value === undefined ? undefined : /(?:^|:)(\d+)$/.exec(value)?.[1];
    if (digits !== undefined) port = Number(digits);
  }
  return port;
}

function argumentsOf(pid: number): string[] {
  const own = (readText(`/proc/${pid}/cmdline`) ?? '').split('\0').slice(1);
  const script = own.findIndex((argument) => !argument.startsWith('-'));
  const environment = (readText(`/proc/${pid}/environ`) ?? '').split('\0');
  const options = environment.find((entry) => entry.startsWith('NODE_OPTIONS='))?.slice('NODE_OPTIONS='.length) ?? '';
  return [...options.split(/\s+/), ...own.slice(0, script < 0 ? own.length : script)];
}

async function firstInspector(listeners: readonly Listener[]): Promise<Omit<Endpoint, 'opened'> | undefined> {
  for (const listener of listeners) {
    const url = await askForTarget(listener);
    if (url !== undefined) return { listener, url };
  }
  return undefined;
}

/** The main thread's address, if it is an inspector that listens there. */
async function askForTarget(listener: Listener): Promise<string | undefined> {
  const answer = await get(listener, '/json/list');
  if (answer === undefined) return undefined;
  try {
    const targets = JSON.parse(answer) as readonly { type?: unknown; id?: unknown; webSocketDebuggerUrl?: unknown }[];
    const target = targets.find((each) => typeof each.webSocketDebuggerUrl === 'string');
    // The port is this process's own: its path is enough, and its idea of its host name may not be ours.
    return target === undefined
      ? undefined
      : `ws://${authorityOf(listener)}${new URL(String(target.webSocketDebuggerUrl)).pathname}`;
  } catch {
    return undefined;
  }
}

function get(listener: Listener, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = http.get(
      { host: listener.host, port: listener.port, path, timeout: ANSWER_TIMEOUT_MS, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
          if (text.length > MAX_ANSWER_BYTES) request.destroy();
        });
        response.on('end', () => resolve(response.statusCode === 200 ? text : undefined));
        response.on('error', () => resolve(undefined));
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}

/** `host:port` as URLs write it. */
export function authorityOf(listener: Listener): string {
  return `${listener.host.includes(':') ? `[${listener.host}]` : listener.host}:${listener.port}`;
}

function keyOf(listener: Listener): string {
  return authorityOf(listener);
}
