import { expect, test } from 'vitest';
import type { ShutdownCause } from '../../../../src/scope/shutdown/cause.ts';
import { decideEnding, type Ending } from '../../../../src/scope/shutdown/ending.ts';
import type { ExitPolicy } from '../../../../src/scope/shutdown/options.ts';

const SIGNAL: ShutdownCause = { kind: 'signal', signal: 'SIGTERM' };
const CALL: ShutdownCause = { kind: 'call', reason: 'test' };
const ERROR: ShutdownCause = { kind: 'error', error: new Error('x'), origin: 'uncaughtException' };
const IDLE: ShutdownCause = { kind: 'idle' };

const exit = (status: number | undefined): Ending => ({ how: 'exit', status });
const stay = (status?: number): Ending => ({ how: 'stay', status });

test.each<[ExitPolicy, ShutdownCause, boolean, Ending]>([
  ['signal', SIGNAL, true, { how: 'signal', signal: 'SIGTERM' }],
  ['signal', SIGNAL, false, exit(1)],
  ['signal', CALL, true, exit(undefined)],
  ['signal', CALL, false, exit(1)],
  ['signal', IDLE, true, stay()],
  ['signal', IDLE, false, exit(1)],
  ['zero', SIGNAL, true, exit(0)],
  ['zero', CALL, true, exit(0)],
  ['zero', SIGNAL, false, exit(1)],
  ['zero', IDLE, true, stay()],
  ['code', SIGNAL, true, exit(143)],
  ['code', CALL, true, exit(undefined)],
  ['none', SIGNAL, true, stay()],
  ['none', SIGNAL, false, stay(1)],
  ['none', IDLE, false, stay(1)],
  ['none', ERROR, false, exit(1)],
  ['zero', ERROR, true, exit(1)],
])('%s after %o, clean: %s', (policy, cause, isClean, ending) => {
  expect(decideEnding(policy, cause, isClean, () => 143)).toEqual(ending);
});
