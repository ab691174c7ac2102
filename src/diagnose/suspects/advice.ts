import { formatCount } from '../../base/units.ts';
import type { Suspect } from '../../snapshot/index.ts';
import { ownerName } from './sentence.ts';

interface Rule {
  readonly applies: (suspect: Suspect) => boolean;
  readonly advice: (suspect: Suspect) => string;
}

/** Kinds of things that hold something of the operating system, with what of a Scope ends them. */
const OPEN_THINGS: ReadonlyMap<string, string> = new Map([
  ['Socket', 'stream(socket)'],
  ['TLSSocket', 'stream(socket)'],
  ['Server', 'server(server)'],
  ['ClientRequest', 'stream(request)'],
  ['IncomingMessage', 'stream(message)'],
  ['ReadStream', 'stream(stream)'],
  ['WriteStream', 'stream(stream)'],
  ['FileHandle', 'file(handle)'],
  ['FSWatcher', 'watcher(watcher)'],
  ['StatWatcher', 'watcher(watcher)'],
  ['ChildProcess', 'childProcess(child)'],
  ['Worker', 'worker(worker)'],
  ['MessagePort', 'adopt(port, (port) => port.close())'],
  ['PerformanceObserver', 'observer(observer)'],
  ['Gunzip', 'stream(stream)'],
  ['Gzip', 'stream(stream)'],
  ['Inflate', 'stream(stream)'],
  ['Deflate', 'stream(stream)'],
  ['Zlib', 'stream(stream)'],
]);

/** What to do, by kind of holder and of what is held; the first rule that applies speaks. */
const RULES: readonly Rule[] = [
  {
    applies: (s) => s.unit === 'Timeout' || s.unit === 'Immediate' || s.holder === 'TimersList',
    advice: (s) =>
      `Clear the timer when the work it belongs to ends: keep what ${timerCalls(s).make} returns and pass it to ${timerCalls(s).clear}, on every way out. \`scope.${timerCalls(s).owned}\` of plimsoll/scope does it when the scope ends.`,
  },
  {
    applies: (s) => s.unit === 'Module' && /\b_cache$|\bchildren$/.test(s.expression),
    advice: () =>
      'A required module stays in `require.cache`, and in `children` of the one that required it: read data with fs and JSON.parse, or require each file once.',
  },
  {
    applies: (s) => s.unit === 'ModuleWrap' || s.unit === 'ModuleJob' || s.holder === 'LoadCache',
    advice: () =>
      'An imported module is never let go: import the same URL again, without a query or a data: text that changes each time, or do such work in a worker that ends.',
  },
  {
    applies: (s) => s.unit.startsWith('Performance') && s.unit !== 'PerformanceObserver',
    advice: () =>
      'Marks and measures stay in the timeline: performance.clearMarks(name) and performance.clearMeasures(name) when they have been read.',
  },
  {
    applies: (s) => s.holder === 'AbortSignal' || s.expression.includes('["abort"]'),
    advice: () =>
      'Remove the abort listener when the work ends, or give each piece of work a signal of its own; a long-lived signal keeps every listener. `scope.on(signal, "abort", listener)` of plimsoll/scope removes it when the scope ends.',
  },
  {
    applies: (s) => isPiped(s),
    advice: () =>
      'What a source is piped into stays with it until one of them ends: destroy the destination when its reader leaves, or unpipe(it). `scope.stream(destination)` of plimsoll/scope destroys it when the scope ends.',
  },
  {
    applies: (s) => /(^|[.\] ])_events\b/.test(s.expression) || s.expression.includes('kEvents'),
    advice: () =>
      'Remove the listener when its subscriber ends (off(), or once(), or an AbortSignal passed as `signal`), or subscribe once outside the request. `scope.on(emitter, event, listener)` of plimsoll/scope removes it when the scope ends.',
  },
  {
    applies: (s) => s.expression.includes('<reactions') || s.unit === 'system / PromiseReaction',
    advice: () =>
      'A promise that never settles keeps every reaction added to it: settle it, or race against a fresh promise per call and not against one long-lived promise.',
  },
  {
    applies: (s) => s.unit === 'Generator' || s.unit === 'AsyncGenerator' || s.unit === 'Promise',
    advice: (s) =>
      s.unit === 'Promise'
        ? `Take the promise out of \`${nameOf(s)}\` when it settles (finally), and give it a deadline so that it does; keep results in \`new Cache({ maxEntries, ttl })\` of plimsoll/cache, which loads each key once.`
        : `A suspended generator keeps its variables: end it with return(), or leave its loop by break, and take it out of \`${nameOf(s)}\`.`,
  },
  {
    applies: (s) => OPEN_THINGS.has(s.unit),
    advice: (s) =>
      `Close it, and take it out of \`${nameOf(s)}\`, when its work ends, on every way out. \`scope.${OPEN_THINGS.get(s.unit)}\` of plimsoll/scope does it when the scope ends.`,
  },
  {
    applies: (s) => s.unit === '(sliced string)' || s.facts.heaviest?.className === '(sliced string)',
    advice: () =>
      'A slice keeps the whole text it was cut from: store a copy of the part instead, for instance Buffer.from(part).toString().',
  },
  {
    applies: (s) => isBinary(s.facts.heaviest?.className) || isBinary(s.unit),
    advice: (s) =>
      `${boundOrRemove(s)} A view keeps its whole buffer: if these are parts of larger ones, store copies of the parts (Buffer.from(part)).`,
  },
  {
    applies: (s) => s.unit === 'WeakRef',
    advice: () => 'An emptied WeakRef still takes room: take it out of its container when its target is gone.',
  },
  {
    applies: (s) => s.holder === 'Set',
    advice: (s) => `Delete from \`${nameOf(s)}\` when the member's work ends, or use a WeakSet if it is an object.`,
  },
  {
    applies: (s) => s.holder === 'Map' || s.holder === 'Object (as a map)' || s.expression.includes('[key]'),
    advice: (s) =>
      `Give \`${nameOf(s)}\` a bound (entries, bytes or age), or delete the key when what it stands for ends; a WeakMap does it by itself when the key is an object. ${cacheLine(s)}`,
  },
  {
    applies: (s) => s.facts.link !== null || s.chainHead !== null,
    advice: (s) => `Unlink an element of \`${nameOf(s)}\` when its work ends, and bound the length of the chain.`,
  },
  {
    applies: (s) => s.holder === 'Array',
    advice: (s) =>
      `Take elements out of \`${nameOf(s)}\` when they are done with, or keep only the last N; a registry needs an unregister that is called, for instance \`scope.defer(unregister)\` of plimsoll/scope.`,
  },
  {
    applies: (s) => s.holder.includes('()'),
    advice: () =>
      'A function keeps all variables of the scope it was made in: do not wrap it again on each call, and let go of it when it is no longer needed.',
  },
];

export function adviceFor(suspect: Suspect, kind: 'leak' | 'filling' | 'step'): string {
  if (kind === 'filling' && suspect.bound !== null) {
    return `Nothing to mend if \`${suspect.bound.name}\` is meant to be ${formatCount(suspect.bound.value)}: see that it fits the memory that this program may use.`;
  }
  if (kind === 'filling' && suspect.isLoading) {
    return 'Modules that are loaded stay loaded; this ends when the program has loaded all that it needs.';
  }
  if (kind === 'filling') return `If \`${nameOf(suspect)}\` is bounded this ends by itself; if it is not, bound it.`;
  if (kind === 'step') return 'It grew once and has stopped; look at it only if it comes again.';
  const rule = RULES.find((candidate) => candidate.applies(suspect));
  return rule === undefined
    ? `Let go of what \`${nameOf(suspect)}\` holds when it is no longer needed.`
    : rule.advice(suspect);
}

function boundOrRemove(suspect: Suspect): string {
  return `Give \`${nameOf(suspect)}\` a bound (entries, bytes or age), or take out what is no longer needed.`;
}

/** The line that bounds a store with plimsoll/cache. */
function cacheLine(suspect: Suspect): string {
  const name = /([$\w]+)(?:\[[^\]]*\]|\(x\d+\))*$/.exec(ownerName(suspect))?.[1] ?? 'entries';
  return `With plimsoll/cache: \`new Cache({ name: '${name}', maxEntries: 10_000 })\`, which has the methods of Map.`;
}

/** A destination of pipe() is held by the source's list of pipes and by its listeners. */
function isPiped({ expression, unit }: Suspect): boolean {
  return (
    /\b_readableState\.pipes\b/.test(expression) ||
    (/\b_events\b/.test(expression) && / ?(?:ondata|pipeOnDrain|onunpipe)\(\)/.test(unit))
  );
}

function nameOf(suspect: Suspect): string {
  return suspect.owner.expression || ownerName(suspect) || suspect.holder;
}

function isBinary(className: string | undefined): boolean {
  return (
    className !== undefined && /array buffer data|ArrayBuffer|^Buffer$|^Uint8Array$|^Float\d+Array$/.test(className)
  );
}

function timerCalls(suspect: Suspect): { readonly make: string; readonly clear: string; readonly owned: string } {
  return suspect.unit === 'Immediate'
    ? { make: 'setImmediate', clear: 'clearImmediate', owned: 'setImmediate(run)' }
    : {
        make: 'setTimeout or setInterval',
        clear: 'clearTimeout or clearInterval',
        owned: 'setTimeout(run, ms)',
      };
}
