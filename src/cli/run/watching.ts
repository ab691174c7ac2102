import { lookOfStderr, Terminal } from '../terminal.ts';
import { Drive } from './drive.ts';
import { Narrator } from './narrator.ts';
import { planOf, type RunOptions } from './options.ts';
import { Watch } from './watch.ts';

/** What every command that watches a program works with. */
export interface Watching {
  readonly terminal: Terminal;
  readonly narrator: Narrator;
  readonly watch: Watch;
  readonly drive: Drive | undefined;
}

/** Puts the parts of a watch together; starts nothing. */
export function prepareWatching(options: RunOptions, sessionDir: string): Watching {
  const plan = planOf(options);
  const terminal = new Terminal(() => lookOfStderr(process.env));
  const narrator = new Narrator(terminal, options.isQuiet);
  const { maxPauseMs, drive } = options;
  const watch = new Watch({
    sessionDir,
    plan,
    maxPauseMs,
    ordersByTime: drive === undefined,
    onMessage: (thread, message) => narrator.hear(thread, message),
  });
  const onRound = (round: number, of: number): void => narrator.work(() => `plimsoll: round ${round} of ${of}`);
  const driven = drive === undefined ? undefined : new Drive({ drive, plan, watch, env: process.env, onRound });
  return { terminal, narrator, watch, drive: driven };
}
