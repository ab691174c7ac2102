import { describe, expect, test } from 'vitest';
import { adviceFor } from '../../../../src/diagnose/suspects/advice.ts';
import type { Suspect } from '../../../../src/snapshot/index.ts';
import { ownerPath, suspectOf, unitFacts } from '../../../helpers/suspects.ts';

const forHolder = (holder: string, parts: Partial<Suspect> = {}): string =>
  adviceFor(suspectOf({ holder, expression: 'jobs', owner: ownerPath({ expression: 'jobs' }), ...parts }), 'leak');

describe('a leak', () => {
  test('of timers', () => {
    expect(forHolder('TimersList', { unit: 'Timeout' })).toMatchInlineSnapshot(
      `"Clear the timer when the work it belongs to ends: keep what setTimeout or setInterval returns and pass it to clearTimeout or clearInterval, on every way out. \`scope.setTimeout(run, ms)\` of plimsoll/scope does it when the scope ends."`,
    );
    expect(forHolder('Map', { unit: 'Immediate' })).toMatchInlineSnapshot(
      `"Clear the timer when the work it belongs to ends: keep what setImmediate returns and pass it to clearImmediate, on every way out. \`scope.setImmediate(run)\` of plimsoll/scope does it when the scope ends."`,
    );
  });

  test('of listeners', () => {
    const advice = forHolder('Array', { expression: 'bus._events.tick' });
    expect(advice).toMatchInlineSnapshot(
      `"Remove the listener when its subscriber ends (off(), or once(), or an AbortSignal passed as \`signal\`), or subscribe once outside the request. \`scope.on(emitter, event, listener)\` of plimsoll/scope removes it when the scope ends."`,
    );
    expect(forHolder('Map', { expression: 'target.<symbol kEvents>[key]' })).toBe(advice);
    expect(forHolder('Array', { expression: 'log_events' })).not.toBe(advice);
  });

  test('of promise reactions', () => {
    const advice = forHolder('Promise', { unit: 'system / PromiseReaction' });
    expect(advice).toMatchInlineSnapshot(
      `"A promise that never settles keeps every reaction added to it: settle it, or race against a fresh promise per call and not against one long-lived promise."`,
    );
    expect(forHolder('Promise', { expression: 'ready.<reactions_or_result>' })).toBe(advice);
  });

  test('of modules and of what the runtime keeps', () => {
    expect(forHolder('Object (as a map)', { unit: 'Module', expression: 'Module._cache' })).toContain('require.cache');
    expect(forHolder('LoadCache', { unit: 'ModuleWrap' })).toContain('import the same URL');
    expect(forHolder('Array', { unit: 'PerformanceMark' })).toContain('performance.clearMarks');
  });

  test('of open things, with what of a scope ends them', () => {
    expect(forHolder('Set', { unit: 'Socket' })).toContain('scope.stream(socket)');
    expect(forHolder('Array', { unit: 'ChildProcess' })).toContain('scope.childProcess(child)');
    expect(forHolder('Array', { expression: 'source._readableState.pipes' })).toContain('unpipe');
    expect(forHolder('Array', { unit: 'closures ondata()', expression: 'source._events.data' })).toContain('unpipe');
  });

  test('of what waits', () => {
    expect(forHolder('Array', { unit: 'AsyncGenerator' })).toContain('return()');
    expect(forHolder('Map', { unit: 'Promise' })).toContain('deadline');
  });

  test('of abort listeners', () => {
    expect(forHolder('AbortSignal')).toMatchInlineSnapshot(
      `"Remove the abort listener when the work ends, or give each piece of work a signal of its own; a long-lived signal keeps every listener. \`scope.on(signal, "abort", listener)\` of plimsoll/scope removes it when the scope ends."`,
    );
  });

  test('of slices and views', () => {
    expect(forHolder('Array', { unit: '(sliced string)' })).toMatchInlineSnapshot(
      `"A slice keeps the whole text it was cut from: store a copy of the part instead, for instance Buffer.from(part).toString()."`,
    );
    const advice = forHolder('Array', { unit: 'Buffer' });
    expect(advice).toMatchInlineSnapshot(
      `"Give \`jobs\` a bound (entries, bytes or age), or take out what is no longer needed. A view keeps its whole buffer: if these are parts of larger ones, store copies of the parts (Buffer.from(part))."`,
    );
    const heaviest = { className: 'system / JSArrayBufferData', share: 0.9 };
    expect(forHolder('Array', { facts: unitFacts({ heaviest }) })).toBe(advice);
  });

  test('of emptied references', () => {
    expect(forHolder('Map', { unit: 'WeakRef' })).toMatchInlineSnapshot(
      `"An emptied WeakRef still takes room: take it out of its container when its target is gone."`,
    );
  });

  test('of entries, members and elements', () => {
    const map = forHolder('Map');
    expect(map).toMatchInlineSnapshot(
      `"Give \`jobs\` a bound (entries, bytes or age), or delete the key when what it stands for ends; a WeakMap does it by itself when the key is an object. With plimsoll/cache: \`new Cache({ name: 'jobs', maxEntries: 10_000 })\`, which has the methods of Map."`,
    );
    expect(forHolder('Object (as a map)')).toBe(map);
    expect(forHolder('Store', { expression: 'jobs[key]' })).toBe(map);
    expect(forHolder('Set')).toMatchInlineSnapshot(
      `"Delete from \`jobs\` when the member's work ends, or use a WeakSet if it is an object."`,
    );
    expect(forHolder('Array')).toMatchInlineSnapshot(
      `"Take elements out of \`jobs\` when they are done with, or keep only the last N; a registry needs an unregister that is called, for instance \`scope.defer(unregister)\` of plimsoll/scope."`,
    );
  });

  test('of links', () => {
    const chain = forHolder('Queue', { facts: unitFacts({ link: 'next' }) });
    expect(chain).toMatchInlineSnapshot(
      `"Unlink an element of \`jobs\` when its work ends, and bound the length of the chain."`,
    );
    expect(forHolder('Queue', { chainHead: 'jobs.head' })).toBe(chain);
  });

  test('of scopes', () => {
    expect(forHolder('wrapped() src/a.mjs:7')).toMatchInlineSnapshot(
      `"A function keeps all variables of the scope it was made in: do not wrap it again on each call, and let go of it when it is no longer needed."`,
    );
  });

  test('of anything else', () => {
    expect(forHolder('Store')).toMatchInlineSnapshot(`"Let go of what \`jobs\` holds when it is no longer needed."`);
    expect(forHolder('Store', { owner: ownerPath({ expression: '' }), expression: '' })).toContain('`Store`');
  });
});

describe('no leak', () => {
  test('a store that fills', () => {
    expect(adviceFor(suspectOf(), 'filling')).toMatchInlineSnapshot(
      `"If \`cachedClients\` is bounded this ends by itself; if it is not, bound it."`,
    );
    expect(adviceFor(suspectOf({ bound: { name: 'maxEntries', value: 50_000 } }), 'filling')).toMatchInlineSnapshot(
      `"Nothing to mend if \`maxEntries\` is meant to be 50,000: see that it fits the memory that this program may use."`,
    );
  });

  test('modules that are loaded', () => {
    expect(adviceFor(suspectOf({ isLoading: true }), 'filling')).toMatch(/^Modules that are loaded stay/);
  });

  test('a step', () => {
    expect(adviceFor(suspectOf({ bound: { name: 'max', value: 5 } }), 'step')).toMatchInlineSnapshot(
      `"It grew once and has stopped; look at it only if it comes again."`,
    );
  });
});
