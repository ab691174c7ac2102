import { formatCount } from '../base/units.ts';
import type { Suspect } from '../snapshot/index.ts';
import { ownerName } from './sentence.ts';

interface Rule {
  readonly applies: (suspect: Suspect) => boolean;
  readonly advice: (suspect: Suspect) => string;
}

/** What to do, by kind of holder and of what is held; the first rule that applies speaks. */
const RULES: readonly Rule[] = [
  {
    applies: (s) => s.unit === 'Timeout' || s.unit === 'Immediate' || s.holder === 'TimersList',
    advice: (s) =>
      `Clear the timer when the work it belongs to ends: keep what ${timerCalls(s).make} returns and pass it to ${timerCalls(s).clear}, on every way out.`,
  },
  {
    applies: (s) => s.holder === 'AbortSignal' || s.expression.includes('["abort"]'),
    advice: () =>
      'Remove the abort listener when the work ends, or give each piece of work a signal of its own; a long-lived signal keeps every listener.',
  },
  {
    applies: (s) => /(^|[.\] ])_events\b/.test(s.expression) || s.expression.includes('kEvents'),
    advice: () =>
      'Remove the listener when its subscriber ends (off(), or once(), or an AbortSignal passed as `signal`), or subscribe once outside the request.',
  },
  {
    applies: (s) => s.expression.includes('<reactions') || s.unit === 'system / PromiseReaction',
    advice: () =>
      'A promise that never settles keeps every reaction added to it: settle it, or race against a fresh promise per call and not against one long-lived promise.',
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
      `Give \`${nameOf(s)}\` a bound (entries, bytes or age), or delete the key when what it stands for ends; a WeakMap does it by itself when the key is an object.`,
  },
  {
    applies: (s) => s.facts.link !== null || s.chainHead !== null,
    advice: (s) => `Unlink an element of \`${nameOf(s)}\` when its work ends, and bound the length of the chain.`,
  },
  {
    applies: (s) => s.holder === 'Array',
    advice: (s) =>
      `Take elements out of \`${nameOf(s)}\` when they are done with, or keep only the last N; a registry needs an unregister that is called.`,
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

function nameOf(suspect: Suspect): string {
  return suspect.owner.expression || ownerName(suspect) || suspect.holder;
}

function isBinary(className: string | undefined): boolean {
  return (
    className !== undefined && /array buffer data|ArrayBuffer|^Buffer$|^Uint8Array$|^Float\d+Array$/.test(className)
  );
}

function timerCalls(suspect: Suspect): { readonly make: string; readonly clear: string } {
  return suspect.unit === 'Immediate'
    ? { make: 'setImmediate', clear: 'clearImmediate' }
    : { make: 'setTimeout or setInterval', clear: 'clearTimeout or clearInterval' };
}
