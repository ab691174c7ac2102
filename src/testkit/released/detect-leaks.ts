/** A whole test file under watch, from its set-up to its end. */
import { invalidOption, readChoice, readDuration } from '../../base/options.ts';
import { collectAll } from '../check/heap.ts';
import { findRetained, retainedText } from '../collected/expect-collected.ts';
import { track, type Tracked } from '../collected/track.ts';
import { settled, unreleasedError } from './expect-released.ts';
import type { Watchable } from './listeners.ts';
import { OpenThings, type Unreleased } from './open-things.ts';

/** Something that is open at the end of the file and is not held against it. */
export interface IgnoredThing {
  /** Why. */
  readonly reason: string;
  /** Part of what it is or of a frame of its stack, or a pattern for one. */
  readonly match: string | RegExp;
}

/** Options of `detectLeaks`. */
export interface DetectOptions {
  /** `fail` fails the file, `report` prints what was found and lets it pass. @default 'fail' */
  readonly mode?: 'fail' | 'report';
  /** How long to wait for what closes late: ms or text such as `'2s'`. @default '1s' */
  readonly settle?: number | string;
  /** What is there already, or is a third party's. @default nothing */
  readonly ignore?: readonly IgnoredThing[];
  /** Emitters and abort signals to be looked at for listeners besides the process. @default none */
  readonly emitters?: readonly Watchable[];
  /** Where a report goes. @default `console.warn` */
  readonly print?: (text: string) => void;
}

/** What a file may say to the detector. */
export interface LeakDetector {
  /** `object` has to be collected by the end of the file: `this` of a suite, a server, a client. */
  track(object: object, name?: string): void;
}

/** What is needed of a runner; the check returns a promise. */
export interface FileHooks {
  readonly afterAll: (check: () => Promise<void>, timeout?: number) => unknown;
}

/** Frames of the runners: what they open is theirs. */
const RUNNER_FRAME =
  /node_modules\/(?:vitest|@vitest|vite-node|tinypool|birpc|jest|jest-[\w-]+|@jest|@sinonjs\/fake-timers)\/|testkit\/(?:check|released|collected)\//;
const HOOK_TIMEOUT_MS = 60_000;

/**
 * Watches from now until all tests of the file have ended, then looks for what is still open, and for tracked objects
 * that are still there.
 */
export function detectLeaksBy(hooks: FileHooks, options: DetectOptions = {}): LeakDetector {
  const mode = readChoice('mode', options.mode ?? 'fail', ['fail', 'report']);
  const settleMs = readDuration('settle', options.settle ?? '1s');
  const ignore = readIgnored(options.ignore ?? []);
  const tracked: Tracked[] = [];
  const things = new OpenThings({
    isWatched: () => true,
    emitters: options.emitters ?? [],
    isForeign: ([newest]) => newest === undefined || RUNNER_FRAME.test(newest),
  });
  const counted = { list: () => things.list().filter((thing) => !isIgnored(thing, ignore)) };
  const check = async (): Promise<void> => {
    try {
      const left = [...(await settled(counted, settleMs)), ...(await retainedOf(tracked, settleMs))];
      if (left.length === 0) return;
      if (mode === 'fail') throw unreleasedError('This test file', left);
      const print = options.print ?? console.warn;
      print(unreleasedError('This test file', left).message);
    } finally {
      things.stop();
    }
  };
  hooks.afterAll(check, HOOK_TIMEOUT_MS);
  return { track: (object, name) => void tracked.push(track(object, name)) };
}

async function retainedOf(tracked: readonly Tracked[], settleMs: number): Promise<Unreleased[]> {
  await collectAll();
  const left: Unreleased[] = [];
  for (const hold of tracked) {
    if (hold.isCollected) continue;
    const retained = await findRetained(hold, { name: hold.name, settle: settleMs });
    if (retained !== undefined) left.push({ kind: 'object', what: retainedText(retained), stack: [] });
  }
  return left;
}

function readIgnored(value: readonly IgnoredThing[]): readonly IgnoredThing[] {
  if (!Array.isArray(value)) throw invalidOption('ignore', 'a list', value);
  value.forEach((one: IgnoredThing | null, i) => {
    const isSound =
      typeof one?.reason === 'string' &&
      one.reason !== '' &&
      (typeof one.match === 'string' || typeof one.match === 'object');
    if (!isSound) throw invalidOption(`ignore[${i}]`, 'an object with `reason` and `match`', one);
  });
  return value;
}

function isIgnored({ what, stack }: Unreleased, ignore: readonly IgnoredThing[]): boolean {
  return ignore.some(({ match }) =>
    [what, ...stack].some((text) =>
      typeof match === 'string' ? text.includes(match) : new RegExp(match.source, match.flags).test(text),
    ),
  );
}
