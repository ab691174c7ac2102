/** Signals that reach us while a program is watched. */
import os from 'node:os';
import tty from 'node:tty';
import { isInForeground } from './process-state.ts';

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** A supervisor speaks to the program through us. */
const PASSED_ON = ['SIGUSR1', 'SIGUSR2'] as const;

export interface SignalActions {
  /** The first signal that asks for an end; `deliver` says whether the program still has to be told. */
  readonly onFirst: (signal: NodeJS.Signals, deliver: boolean) => void;
  /** Each further one; `status` is what a shell shows for it. */
  readonly onAgain: (status: number) => void;
  /** A signal that is meant for the program alone. */
  readonly onOther: (signal: NodeJS.Signals) => void;
}

/** Whether Ctrl-C reaches the program without our help: it sits in the foreground of the terminal, as we do. */
function isSharedTerminal(): boolean {
  if (!tty.isatty(0) && !tty.isatty(2)) return false;
  return isInForeground() ?? true;
}

/** Takes the signals over; the function it returns gives them back. */
export function takeSignals(actions: SignalActions): () => void {
  let hasEndingBegun = false;
  const onEnding = (signal: NodeJS.Signals): void => {
    if (hasEndingBegun) return actions.onAgain(128 + os.constants.signals[signal]);
    hasEndingBegun = true;
    // The terminal sends these two to its whole foreground group.
    const isFromKeyboard = (signal === 'SIGINT' || signal === 'SIGQUIT') && isSharedTerminal();
    actions.onFirst(signal, !isFromKeyboard);
  };
  for (const signal of ENDING) process.on(signal, onEnding);
  for (const signal of PASSED_ON) process.on(signal, actions.onOther);
  return () => {
    for (const signal of ENDING) process.off(signal, onEnding);
    for (const signal of PASSED_ON) process.off(signal, actions.onOther);
  };
}
