/**
 * What a watched program and its watcher tell each other, through files in one private session folder.
 *
 * Files, not sockets: every line written before a crash or a kill is there to be read, the program keeps no handle
 * open, and nothing can block or break it when the watcher is gone.
 *
 * - `<pid>-<thread>.jsonl`, written by the program's thread only: one {@link Message} a line.
 * - `<pid>-<thread>.orders.json`, written by the watcher only (temporary name, then rename): {@link Orders}.
 */

/** Names the session folder to the preload. */
export const SESSION_VARIABLE = 'PLIMSOLL_SESSION';

/** Settings for the preload, JSON of {@link ProbeSettings}. */
export const SETTINGS_VARIABLE = 'PLIMSOLL_SETTINGS';

export interface ProbeSettings {
  /** Longest age of the newest floor before a collection is asked for, ms; `undefined`: adaptive. */
  readonly intervalMs?: number;
  /** Longest pause that a snapshot may be estimated to take, ms. */
  readonly maxPauseMs: number;
  /** Folder for snapshots and other evidence. */
  readonly outDir: string;
  /** Whether snapshots may be taken at all. */
  readonly snapshots: boolean;
}

/** A thread of a program under watch says who it is: its first line. */
export interface Hello {
  readonly kind: 'hello';
  readonly pid: number;
  readonly ppid: number;
  /** 0 for the main thread. */
  readonly threadId: number;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly cwd: string;
  /** `process.version`. */
  readonly node: string;
  /** Epoch ms at which the thread's clock stands at 0. */
  readonly startedAt: number;
  /** V8's heap limit, bytes. */
  readonly heapLimitBytes: number;
  /** The container's or the machine's memory limit, bytes; `null` when unknown. */
  readonly memoryLimitBytes: number | null;
  /** Name of the launcher (`npm`, `npx`, ...) when this is one; launchers are not sampled. */
  readonly launcher: string | null;
}

/** Memory after a full collection. */
export interface Floor {
  readonly kind: 'floor';
  /** Ms since the thread's start, our own pauses taken off. */
  readonly at: number;
  /** Whether the collection was forced by us: complete, where a natural one leaves some garbage. */
  readonly asked: boolean;
  /** Whether we moved V8 to a collection of its own, not forced. */
  readonly nudged?: true;
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
  readonly arrayBuffers: number;
  readonly rss: number;
  /** Length of the collection, ms. */
  readonly pauseMs: number;
  /** The order that asked for this floor, if one did. */
  readonly order?: number;
  /** Taken as the thread exits: low where the program has put its things away. */
  readonly atExit?: true;
}

/** Live bytes of a floor: the JavaScript heap and what it holds outside (array buffers are part of `external`). */
export function floorBytes({ heapUsed, external }: Pick<Floor, 'heapUsed' | 'external'>): number {
  return heapUsed + external;
}

/** Open handles and requests by kind, now and then. */
export interface Resources {
  readonly kind: 'resources';
  readonly at: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface SnapshotEstimate {
  readonly pauseMs: number;
  readonly memoryBytes: number;
  readonly fileBytes: number;
}

export interface SnapshotBegin {
  readonly kind: 'snapshot-begin';
  readonly at: number;
  readonly file: string;
  readonly why: 'ordered' | 'exit';
  readonly order?: number;
  readonly heapUsed: number;
  readonly estimate: SnapshotEstimate;
}

export interface SnapshotEnd {
  readonly kind: 'snapshot-end';
  readonly at: number;
  readonly file: string;
  readonly order?: number;
  readonly pauseMs: number;
  readonly fileBytes: number;
  readonly rssBefore: number;
  readonly rssAfter: number;
}

/** A snapshot that was not taken (`refused`: by the pre-flight) or not finished (`failed`). */
export interface SnapshotMissed {
  readonly kind: 'snapshot-missed';
  readonly at: number;
  readonly order?: number;
  readonly how: 'refused' | 'failed';
  /** One sentence with the figures. */
  readonly reason: string;
}

/** The sampling heap profile (what is alive, by allocation stack) was written to `file`. */
export interface Profile {
  readonly kind: 'profile';
  readonly at: number;
  readonly file: string;
}

/** Source maps of scripts that exist only inside the program were written to `file`: JSON `{ url: map }`. */
export interface ScriptMaps {
  readonly kind: 'script-maps';
  readonly file: string;
}

/** The thread ends. */
export interface Exit {
  readonly kind: 'exit';
  readonly at: number;
  readonly code: number | null;
}

/** The preload met an error and goes on without the part that failed. */
export interface Trouble {
  readonly kind: 'trouble';
  readonly part: string;
  readonly message: string;
}

export type Message =
  | Hello
  | Floor
  | Resources
  | SnapshotBegin
  | SnapshotEnd
  | SnapshotMissed
  | Profile
  | ScriptMaps
  | Exit
  | Trouble;

/** Something the watcher wants done once; `id` rises by one with each order to a thread. */
export interface Order {
  readonly id: number;
  /** `floor`: collect and report; `profile`: floor and profile; `snapshot`: floor, pre-flight, snapshot and profile. */
  readonly what: 'floor' | 'profile' | 'snapshot';
}

/** Everything ordered of a thread; replaced as a whole. */
export interface Orders {
  readonly orders: readonly Order[];
  /** Whether a last snapshot is wanted when the thread exits by itself. */
  readonly snapshotAtExit: boolean;
}

/** Name of the files of one thread, without their endings. */
export function threadKey(pid: number, threadId: number): string {
  return `${pid}-${threadId}`;
}
