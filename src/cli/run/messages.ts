/** Lines of the session files, read with distrust: a killed program leaves half lines, a broken one anything. */
import type { Message } from '../../diagnose/wire.ts';

type Check = 'number' | 'string' | 'boolean' | 'object';

/** The fields of each kind of message without which it cannot be used. */
const NEEDED: Readonly<Record<Message['kind'], Readonly<Record<string, Check>>>> = {
  hello: { pid: 'number', threadId: 'number', startedAt: 'number', argv: 'object', execArgv: 'object', cwd: 'string' },
  floor: { at: 'number', heapUsed: 'number', external: 'number', rss: 'number' },
  resources: { at: 'number', counts: 'object' },
  'snapshot-begin': { at: 'number', file: 'string', heapUsed: 'number', estimate: 'object' },
  'snapshot-end': { at: 'number', file: 'string', pauseMs: 'number', fileBytes: 'number' },
  'snapshot-missed': { at: 'number', how: 'string', reason: 'string' },
  'near-limit': { at: 'number', isArmed: 'boolean', folder: 'string' },
  profile: { at: 'number', file: 'string' },
  'script-maps': { file: 'string' },
  exit: { at: 'number' },
  trouble: { part: 'string', message: 'string' },
};

/** The message in `line`; `undefined` when it holds none. */
export function readMessage(line: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const { kind } = fields;
  if (typeof kind !== 'string' || !Object.hasOwn(NEEDED, kind)) return undefined;
  const needed = Object.entries(NEEDED[kind as Message['kind']]);
  return needed.every(([name, type]) => typeof fields[name] === type && fields[name] !== null)
    ? (value as Message)
    : undefined;
}

/** Cuts a growing file into whole lines; what comes after the last line end waits for its rest. */
export class LineCutter {
  #rest: Buffer = Buffer.alloc(0);

  /** The lines that `chunk` completes, without their ends. */
  push(chunk: Buffer): string[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = bytes.lastIndexOf(0x0a);
    this.#rest = bytes.subarray(end + 1);
    if (end < 0) return [];
    return bytes
      .subarray(0, end)
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  }
}
