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
  /** Whether V8 is to write a snapshot by itself when the heap is about to reach its limit. */
  readonly nearLimit?: boolean;
}

/** A process, told from another that gets its number later. */
export interface WatcherIdentity {
  readonly pid: number;
  /** When it was started, as the system writes it; `null` where it does not tell. */
  readonly start: string | null;
}

/** The name of the script by which a running program is put under watch. */
export const ATTACHED_SCRIPT = 'plimsoll:attached-probe';

/** What a running program is asked when it is put under watch. */
export interface AttachRequest {
  /** The process that is meant. */
  readonly pid: number;
  readonly session: string;
  readonly settings: ProbeSettings;
  /** When this one is gone, the watch ends. */
  readonly watcher: WatcherIdentity;
}

/**
 * What it answers: `foreign` is another process than the one that is meant, `watched` one that is under watch already,
 * `unborn` one that waits for a debugger to let it begin.
 */
export type AttachAnswer =
  | { readonly state: 'attached' | 'watched' | 'unborn' }
  | { readonly state: 'foreign'; readonly pid: number }
  | { readonly state: 'unwritable' | 'failed'; readonly reason: string };

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
  /** What of it may survive a collection before V8 ends the program, bytes. */
  readonly survivorLimitBytes: number;
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

/** V8 was told to write a snapshot near the heap's limit, or why not. */
export interface NearLimit {
  readonly kind: 'near-limit';
  readonly at: number;
  readonly isArmed: boolean;
  /** Where the file will be. */
  readonly folder: string;
  readonly reason: string | null;
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

/** The thread ends, or the watch of it. */
export interface Exit {
  readonly kind: 'exit';
  readonly at: number;
  /** `null` when it is the watch that ends, and the thread goes on. */
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
  | NearLimit
  | Profile
  | ScriptMaps
  | Exit
  | Trouble;

/** Something the watcher wants done once; `id` rises by one with each order to a thread. */
export interface Order {
  readonly id: number;
  /**
   * `floor`: collect and report; `profile`: floor and profile; `snapshot`: floor, pre-flight, snapshot and profile;
   * `detach`: end the watch, the thread goes on.
   */
  readonly what: 'floor' | 'profile' | 'snapshot' | 'detach';
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
