import { LeakError } from '../../base/errors.ts';
import { invalidOption, readDuration, readName } from '../../base/options.ts';
import { AsyncContext } from '../../runtime/index.ts';
import { Scope } from '../../scope/index.ts';
import { collectAll, turn, wait } from '../check/heap.ts';
import type { Watchable } from './listeners.ts';
import { OpenThings, type Unreleased, unreleasedText } from './open-things.ts';

/** Options of `expectReleased`. */
export interface ReleasedOptions {
  /** Stands in the error. @default the function's name, else `'work'` */
  readonly name?: string;
  /** How long to wait for what closes late: ms or text such as `'2s'`. @default '1s' */
  readonly settle?: number | string;
  /** Emitters and abort signals that outlive the work, to be looked at for listeners besides the process. @default none */
  readonly emitters?: readonly Watchable[];
}

const DEFAULT_SETTLE = '1s';
const LOOKS = 10;

/** Marks what the work opens, however late. */
const inside = new AsyncContext<object>();

/**
 * Runs `work` with a scope, closes the scope, and rejects when anything that was opened meanwhile is still open: timers,
 * handles, listeners of the process and of `emitters`, files, scopes. Resolves with what `work` gives.
 *
 * Timers and handles are found by `async_hooks`, of Node.js only; files by /proc, in the first thread only.
 *
 * **Cost:** every timer and handle opened meanwhile costs about 20 us more; two collections.
 *
 * @throws {LeakError} `PLIM_ERR_LEAK_UNRELEASED`
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 * @throws whatever `work` throws, after the scope is closed
 */
export async function expectReleased<T>(
  work: (scope: Scope) => T | Promise<T>,
  options: ReleasedOptions = {},
): Promise<T> {
  if (typeof work !== 'function') throw invalidOption('work', 'a function', work);
  const name = readName('name', options.name ?? (work.name || 'work'));
  const settleMs = readDuration('settle', options.settle ?? DEFAULT_SETTLE);
  const mark = {};
  const things = new OpenThings({
    isWatched: () => inside.get() === mark,
    emitters: options.emitters ?? [],
    isForeign: () => false,
  });
  try {
    const result = await inside.run(mark, () => Scope.run(async (scope) => work(scope), { name, traces: 'all' }));
    const left = await settled(things, settleMs);
    if (left.length > 0) throw unreleasedError(name, left);
    return result;
  } finally {
    things.stop();
  }
}

/** What is left when it has had time to close. */
export async function settled(things: Pick<OpenThings, 'list'>, settleMs: number): Promise<Unreleased[]> {
  // What is told to close does so a turn or two later.
  for (let turns = 0; turns < 2; turns++) await turn();
  for (let look = 0; look < LOOKS && things.list().length > 0; look++) {
    await wait(settleMs / LOOKS);
    // Some things are closed by being collected.
    if (look === LOOKS >> 1) await collectAll();
  }
  return things.list();
}

export function unreleasedError(name: string, left: readonly Unreleased[]): LeakError<Unreleased> {
  const count = left.length === 1 ? 'one thing' : `${left.length} things`;
  const text = [`${name} left ${count} open.`, ...left.map(unreleasedText)].join('\n\n');
  return new LeakError('PLIM_ERR_LEAK_UNRELEASED', text, left);
}
