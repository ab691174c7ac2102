/** Every rule by its name. */
import type { Rule } from '../rule.ts';
import { awaitedSelfRecursion } from './awaited-self-recursion.ts';
import { bodyAccumulation } from './body-accumulation.ts';
import { bracketOnCollection } from './bracket-on-collection.ts';
import { clearMismatch } from './clear-mismatch.ts';
import { droppedInterval } from './dropped-interval.ts';
import { errorPathEntry } from './error-path-entry.ts';
import { growingCollection } from './growing-collection.ts';
import { keepAliveSocketListener } from './keep-alive-socket-listener.ts';
import { listenerMismatch } from './listener-mismatch.ts';
import { oncePair } from './once-pair.ts';
import { pipeWithoutTeardown } from './pipe-without-teardown.ts';
import { processListener } from './process-listener.ts';
import { raceInLoop } from './race-in-loop.ts';
import { raceTimeout } from './race-timeout.ts';
import { settledListener } from './settled-listener.ts';
import { sharedEmitterListener } from './shared-emitter-listener.ts';
import { signalListener } from './signal-listener.ts';
import { timerErrorPath } from './timer-error-path.ts';
import { timerNotInClose } from './timer-not-in-close.ts';
import { timerOverwrite } from './timer-overwrite.ts';
import { uncertainCollection } from './uncertain-collection.ts';
import { unreleasedHandle } from './unreleased-handle.ts';

export const RULES: Readonly<Record<string, Rule>> = {
  'awaited-self-recursion': awaitedSelfRecursion,
  'body-accumulation': bodyAccumulation,
  'bracket-on-collection': bracketOnCollection,
  'clear-mismatch': clearMismatch,
  'dropped-interval': droppedInterval,
  'error-path-entry': errorPathEntry,
  'growing-collection': growingCollection,
  'keep-alive-socket-listener': keepAliveSocketListener,
  'listener-mismatch': listenerMismatch,
  'once-pair': oncePair,
  'pipe-without-teardown': pipeWithoutTeardown,
  'process-listener': processListener,
  'race-in-loop': raceInLoop,
  'race-timeout': raceTimeout,
  'settled-listener': settledListener,
  'shared-emitter-listener': sharedEmitterListener,
  'signal-listener': signalListener,
  'timer-error-path': timerErrorPath,
  'timer-not-in-close': timerNotInClose,
  'timer-overwrite': timerOverwrite,
  'uncertain-collection': uncertainCollection,
  'unreleased-handle': unreleasedHandle,
};
