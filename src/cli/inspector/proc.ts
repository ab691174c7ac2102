import fs from 'node:fs';
import os from 'node:os';

/** What Linux tells of a process without asking it. */
export interface ProcessStatus {
  /** One letter: `R` running, `S` sleeping, `T` stopped, `Z` ended and not yet collected, ... */
  readonly state: string;
  /** Process that this thread is part of; the pid itself for a process. */
  readonly threadGroup: number;
  readonly uid: number;
  /** Whether the process has a handler of its own for SIGUSR1. Without one the signal ends it. */
  readonly catchesUsr1: boolean;
}

/** A listening TCP socket. */
export interface Listener {
  /** As one would dial it: the wildcard addresses become loopback ones. */
  readonly host: string;
  readonly port: number;
}

/** Linux never gives a higher number to a process. */
export const MAX_PID: number = 2 ** 22;

const LISTENING = '0A';

/** Reads the text of `/proc/PID/status`; `undefined` when it is not one. */
export function parseStatus(text: string): ProcessStatus | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text)?.[1];
  const state = field('State');
  const threadGroup = field('Tgid');
  const uid = field('Uid');
  const caught = field('SigCgt');
  if (state === undefined || threadGroup === undefined || uid === undefined || caught === undefined) return undefined;
  const usr1 = 1n << BigInt(os.constants.signals.SIGUSR1 - 1);
  return {
    state,
    threadGroup: Number(threadGroup),
    uid: Number(uid),
    catchesUsr1: (BigInt(`0x${caught}`) & usr1) !== 0n,
  };
}

/** Listening sockets of `/proc/PID/net/tcp` or `tcp6`; with `inodes`, those only whose inode is among them. */
export function parseListeners(table: string, inodes?: ReadonlySet<string>): Listener[] {
  const found: Listener[] = [];
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [address, port] = (fields[1] ?? '').split(':');
    if (fields[3] !== LISTENING || address === undefined || port === undefined) continue;
    if (inodes?.has(fields[9] ?? '') === false) continue;
    found.push({ host: hostOf(address), port: Number.parseInt(port, 16) });
  }
  return found;
}

/** Linux writes addresses as 32-bit words in the machine's byte order: `0100007F` is 127.0.0.1. */
function hostOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  if (os.endianness() === 'LE') bytes.swap32();
  if (bytes.length === 4) return bytes.every((byte) => byte === 0) ? '127.0.0.1' : bytes.join('.');
  if (bytes.every((byte) => byte === 0)) return '::1';
  const groups: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) groups.push(bytes.readUInt16BE(i).toString(16));
  return groups.join(':');
}

/** What is known of `pid`; `undefined` when there is no such process. */
export function readStatus(pid: number): ProcessStatus | undefined {
  const text = readText(`/proc/${pid}/status`);
  return text === undefined ? undefined : parseStatus(text);
}

/** Whether `pid` is still there and not merely waiting for its parent to notice its end. */
export function isAlive(pid: number): boolean {
  const status = readStatus(pid);
  return status !== undefined && status.state !== 'Z' && status.state !== 'X';
}

/** Every TCP socket on which `pid` listens; none when its files may not be read. */
export function readListeners(pid: number): Listener[] {
  return listenersOf(pid, socketInodes(pid));
}

/** Every TCP socket on which anybody listens in the network of `pid`. */
export function readNetworkListeners(pid: number): Listener[] {
  return listenersOf(pid);
}

function listenersOf(pid: number, inodes?: ReadonlySet<string>): Listener[] {
  return ['tcp', 'tcp6'].flatMap((name) => parseListeners(readText(`/proc/${pid}/net/${name}`) ?? '', inodes));
}

function socketInodes(pid: number): Set<string> {
  const inodes = new Set<string>();
  let names: string[];
  try {
    names = fs.readdirSync(`/proc/${pid}/fd`);
  } catch {
    return inodes;
  }
  for (const name of names) {
    const inode = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${name}`) ?? '')?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  return inodes;
}

/** All that a process has started and that runs, and what these have started, parents first. */
export function descendantsOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readText(`/proc/${name}/stat`);
    if (stat === undefined) continue;
    const parent = parentIn(stat);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (let next = children.get(pid) ?? []; next.length > 0; ) {
    found.push(...next);
    next = next.flatMap((child) => children.get(child) ?? []);
  }
  return found;
}

/** The parent of a process, by the text of `/proc/PID/stat`, whose name may itself hold blanks and brackets. */
function parentIn(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** Whether `pid` and we see the same network, so that its loopback addresses are ours. */
export function sharesOurNetwork(pid: number): boolean {
  const theirs = readLink(`/proc/${pid}/ns/net`);
  return theirs === undefined || theirs === readLink('/proc/self/ns/net');
}

/** Whether `pid` and we count processes alike, so that it knows itself by the number that we know it by. */
export function sharesOurNumbers(pid: number): boolean {
  const theirs = readLink(`/proc/${pid}/ns/pid`);
  return theirs === undefined || theirs === readLink('/proc/self/ns/pid');
}

/** Whether `pid` finds at this path the folder that we find there. */
export function seesOurFolder(pid: number, folder: string): boolean {
  try {
    const [ours, theirs] = [fs.statSync(folder), fs.statSync(`/proc/${pid}/root${folder}`)];
    return ours.dev === theirs.dev && ours.ino === theirs.ino;
  } catch {
    return false;
  }
}

/** The text of a file under /proc; `undefined` when it is gone or closed to us. */
export function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function readLink(file: string): string | undefined {
  try {
    return fs.readlinkSync(file);
  } catch {
    return undefined;
  }
}
