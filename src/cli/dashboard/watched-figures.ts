/**
 * What a watch from outside knows of a program, in the form in which a system API tells of a process: the same page shows
 * both. What is only known inside the program (memory between floors, the loop, caches, scopes) is `null` or left out.
 */
import { formatBytes, formatCount } from '../../base/units.ts';
import { type FloorTrend, judgeFloors } from '../../diagnose/trend/index.ts';
import type { LeakReport, Verdict } from '../../diagnose/report/index.ts';
import { type Floor, floorBytes } from '../../diagnose/wire.ts';
import type { SubjectLike } from '../../system/index.ts';
import { residentBytes } from '../run/process-state.ts';
import { nowMs } from '../run/watch.ts';
import type { WatchedThread } from '../run/watched-thread.ts';

/** A program under watch, for whoever shows it. */
export interface WatchedProgram {
  /** What it is called: `app.js`. */
  readonly label: string;
  /** The threads that are watched, those of launchers left out. */
  readonly threads: () => readonly WatchedThread[];
  /** What can be said of a thread while it runs: `rising`, `not growing`. */
  readonly word: (thread: WatchedThread) => string | undefined;
}

/** The verdict at the end. */
export type Conclusion = Pick<LeakReport, 'verdict' | 'explanation' | 'suspects'>;

/** Another thread is shown in place of the present one when it has grown by so many times as much, and so many bytes. */
const TAKES_OVER = { times: 2, bytes: 1024 * 1024 } as const;

export class WatchedFigures implements SubjectLike {
  readonly #program: WatchedProgram;
  readonly #onLook: () => void;
  #shown: WatchedThread | undefined;
  /** What was said at the end, if it has come. */
  conclusion: Conclusion | undefined;

  /** @param onLook - somebody looks at the figures */
  constructor(program: WatchedProgram, onLook: () => void) {
    this.#program = program;
    this.#onLook = onLook;
  }

  stats(): object {
    this.#onLook();
    const thread = this.#choose();
    const { label } = this.#program;
    const said = this.conclusion;
    const monitor =
      thread === undefined
        ? {
            name: label,
            level: null,
            word: 'Waiting',
            trend: { reason: 'No Node.js process has taken up the watch yet.' },
          }
        : { name: label, ...monitorOf(thread, this.#program.word(thread)) };
    return {
      outside: true,
      note: this.#note(),
      process:
        thread === undefined
          ? null
          : { pid: thread.hello.pid, uptimeSeconds: Math.round((Date.now() - thread.hello.startedAt) / 1000) },
      monitor: said === undefined ? monitor : { ...monitor, ...concluded(said) },
    };
  }

  /** The floors so far, in the form of a monitor's samples. */
  series(): object {
    const thread = this.#choose();
    if (thread === undefined) return { samples: {}, floors: {} };
    const column = (value: (floor: Floor) => number): number[] => thread.floors.map(value);
    // Looked at once: all of them are moved by the same.
    const zero = wallTime(thread, 0);
    const at = column((floor) => zero + floor.at);
    return {
      samples: {
        at,
        externalBytes: column(({ external }) => external),
        arrayBuffersBytes: column(({ arrayBuffers }) => arrayBuffers),
        rssBytes: column(({ rss }) => rss),
      },
      floors: { at, heapBytes: column(({ heapUsed }) => heapUsed) },
    };
  }

  /** Of several the one that grew most, without going to and fro between two that are alike. */
  #choose(): WatchedThread | undefined {
    const threads = this.#program.threads();
    const [first] = [...threads].sort((a, b) => b.growth - a.growth);
    const shown = this.#shown;
    const isOutgrown =
      shown !== undefined && first !== undefined && first.growth > shown.growth * TAKES_OVER.times + TAKES_OVER.bytes;
    const isGone = shown?.hasExited === true && threads.some((thread) => !thread.hasExited);
    if (shown === undefined || isOutgrown || isGone) {
      this.#shown = isGone ? (threads.find((thread) => !thread.hasExited) ?? first) : first;
    }
    return this.#shown;
  }

  #note(): string | null {
    const others = this.#program.threads().length - 1;
    return others > 0
      ? `and ${formatCount(others)} more ${others === 1 ? 'process or thread' : 'processes or threads'}`
      : null;
  }
}

const WORDS: Readonly<Record<string, { readonly level: 'ok' | 'warning'; readonly word: string }>> = {
  rising: { level: 'warning', word: 'Rising' },
  'not growing': { level: 'ok', word: 'Not growing' },
  'no longer growing': { level: 'ok', word: 'No longer growing' },
};

function monitorOf(thread: WatchedThread, said: string | undefined): object {
  const { hello, floors } = thread;
  const last = floors.at(-1);
  const trend = judgeFloors(floors.map((floor) => ({ at: floor.at, value: floorBytes(floor) })));
  const isRising = trend.word === 'rising' || trend.word === 'late';
  const left = last === undefined ? 0 : hello.heapLimitBytes - last.heapUsed;
  return {
    ...(WORDS[said ?? ''] ?? { level: null, word: 'No word yet' }),
    runtime: `Node.js ${hello.node}`,
    heap: {
      floorBytes: last?.heapUsed ?? null,
      floorAt: last === undefined ? null : wallTime(thread, last.at),
      limitBytes: hello.heapLimitBytes,
    },
    externalBytes: last?.external ?? null,
    arrayBuffersBytes: last?.arrayBuffers ?? null,
    rssBytes: residentBytes(hello.pid) ?? last?.rss ?? null,
    container: hello.memoryLimitBytes === null ? null : { limitBytes: hello.memoryLimitBytes },
    gc: {
      observed: {
        count: floors.length,
        asked: floors.filter(({ asked }) => asked).length,
        newestPauseMs: last?.pauseMs ?? null,
      },
    },
    handles: handlesOf(thread),
    trend: {
      bytesPerMinute: trend.word === 'few' ? null : trend.bytesPerMinute,
      timeToLimitMs: isRising && trend.bytesPerMinute > 0 ? (left / trend.bytesPerMinute) * 60_000 : null,
      floors: trend.count,
      reason: reasonOf(trend),
    },
    alerts: {
      active: [],
      recent: thread.warnings.map(({ code, message }) => ({ rule: code, level: 'warning', message })),
    },
  };
}

function reasonOf({ word, growth, count, bytesPerMinute }: FloorTrend): string {
  const rate = `${formatBytes(bytesPerMinute)}/min`;
  switch (word) {
    case 'few':
      return count === 0 ? 'No collection was seen yet.' : `${formatCount(count)} floors so far: too few to say.`;
    case 'rising':
      return `The heap floor rises by ${rate}, ${formatBytes(growth)} after warm-up. The verdict comes at the end of the run.`;
    case 'late':
      return `The heap floor rises by ${rate}, and does so only lately.`;
    case 'stopped':
      return `The heap floor rose by ${formatBytes(growth)} and no longer does.`;
    default:
      return `No growth that lasts, by ${formatCount(count)} floors.`;
  }
}

/** The program's own count, and what the system says of the process. */
function handlesOf(thread: WatchedThread): Readonly<Record<string, number>> | null {
  const counted = thread.resources.at(-1)?.counts;
  const open = thread.openCounts.at(-1);
  if (counted === undefined && open === undefined) return null;
  return { ...counted, ...(open === undefined ? {} : { 'file descriptors': open.descriptors, threads: open.threads }) };
}

const VERDICT_WORDS: Readonly<Record<Verdict, readonly [level: 'ok' | 'warning' | 'critical' | null, word: string]>> = {
  leak: ['critical', 'Leak'],
  native: ['warning', 'Native growth'],
  step: ['ok', 'Step'],
  filling: ['ok', 'Filling'],
  churn: ['ok', 'Churn'],
  unclear: [null, 'Unclear'],
  none: ['ok', 'No leak'],
};

function concluded({ verdict, explanation, suspects: [first] }: Conclusion): object {
  const [level, word] = VERDICT_WORDS[verdict];
  return { level, word, trend: { reason: first === undefined ? explanation : `${explanation} ${first.sentence}` } };
}

/** A moment of the thread's clock, which our own pauses are taken off, on that of the wall: exact for what is recent. */
function wallTime(thread: WatchedThread, at: number): number {
  return Date.now() - (thread.ageAt(nowMs()) - at);
}
