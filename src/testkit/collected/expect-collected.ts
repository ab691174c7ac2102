import { LeakError } from '../../base/errors.ts';
import { readDuration, readName } from '../../base/options.ts';
import { isBun } from '../../runtime/index.ts';
import { collectAll, wait } from '../check/heap.ts';
import { findHolder } from './holder.ts';
import { type Collectable, holdOf, readCollectable, type Tracked } from './track.ts';

/** Options of `expectCollected` and of the matcher. */
export interface CollectedOptions {
  /** Stands in the error. @default the name of its class */
  readonly name?: string;
  /** How long to wait for what lets go late: ms or text such as `'2s'`. @default '500ms' */
  readonly settle?: number | string;
}

/** An object that is still there. */
export interface RetainedObject {
  readonly name: string;
  /** Chain from a place the reader knows to the object, one hop an entry; empty where it is not known. */
  readonly path: readonly string[];
}

const DEFAULT_SETTLE = '500ms';
const ATTEMPTS = 5;

/**
 * Rejects when an object is still held although nothing should hold it, and says who does.
 *
 * Give it a function that makes the object (and does with it what is under test), a `WeakRef`, or a handle of `track`;
 * the object itself would be held by the call.
 *
 * **Cost:** two collections when it is gone, 0.5 s and a heap snapshot when it is not.
 *
 * @throws {LeakError} `PLIM_ERR_LEAK_RETAINED`, `PLIM_ERR_LEAK_COLLECTOR`
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export async function expectCollected(target: Collectable, options: CollectedOptions = {}): Promise<void> {
  const retained = await findRetained(target, options);
  if (retained !== undefined) throw new LeakError('PLIM_ERR_LEAK_RETAINED', retainedText(retained), [retained]);
}

/** The object that is still there; `undefined` when it was collected. */
export async function findRetained(
  target: Collectable,
  options: CollectedOptions,
): Promise<RetainedObject | undefined> {
  const settleMs = readDuration('settle', options.settle ?? DEFAULT_SETTLE);
  const name = options.name === undefined ? undefined : readName('name', options.name);
  const hold = await holdOf(readCollectable(target), name);
  return (await isGone(hold, settleMs)) ? undefined : describe(hold, name);
}

async function isGone(hold: Tracked, settleMs: number): Promise<boolean> {
  for (let attempt = 0; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 0) await wait(settleMs / ATTEMPTS);
    await collectAll();
    if (hold.isCollected) return true;
  }
  return false;
}

async function describe(hold: Tracked, name: string | undefined): Promise<RetainedObject | undefined> {
  let path: readonly string[] = [];
  try {
    if (!isBun()) path = await findHolder(hold.ref);
  } catch {
    // The path is a help: that the object is there is known without it.
  }
  // Writing a snapshot collects harder than anything else does.
  return hold.isCollected ? undefined : { name: name ?? hold.name, path };
}

export function retainedText({ name, path }: RetainedObject): string {
  const held = path.length === 0 ? '' : ', held by';
  const hops = path.map((hop, depth) => `   ${'  '.repeat(depth)}${depth === 0 ? '· ' : '└ '}${hop}`);
  return [`Expected ${name} to be collected, but it is still there${held}${held === '' ? '.' : ':'}`, ...hops].join(
    '\n',
  );
}
