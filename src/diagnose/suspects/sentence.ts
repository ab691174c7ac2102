/** Words a suspect: one sentence with variable, place, counts, rates and what helps to find it. */
import { formatBytes, formatCount } from '../../base/units.ts';
import type { CodePlace, FunctionPlace, Suspect } from '../../snapshot/index.ts';

const KEYS_SHOWN = 7;

export interface Wording {
  /** Minutes between the first and the last snapshot; `null` when unknown. */
  readonly minutes: number | null;
  /** Measured rounds between the first and the last snapshot; 0 when the load was not driven. */
  readonly rounds: number;
  readonly placeText: (place: CodePlace) => string;
  /** Where the holder is declared: `src/agent.ts:42`. */
  readonly declaredAt: string | null;
  /** `getClient (src/agent.ts:57)`. */
  readonly allocatedIn: string | null;
}

export function sentenceOf(suspect: Suspect, wording: Wording): string {
  return `${holderText(suspect, wording)} holds ${heldText(suspect, wording)}${details(suspect, wording)}.`;
}

/** ``Map `cachedClients` in src/agent.ts:42``. */
function holderText(suspect: Suspect, wording: Wording): string {
  const name = ownerName(suspect) === '' ? '' : ` \`${ownerName(suspect)}\``;
  const more = suspect.alike > 0 ? ` (and ${formatCount(suspect.alike)} more like it)` : '';
  const place = wording.declaredAt ?? (suspect.owner.head === '' ? null : suspect.owner.head);
  return `${holderClass(suspect.holder)}${more}${name}${place === null ? '' : ` in ${place}`}`;
}

/**
 * The path to the holder; where a variable holds a chain, the path to its head, as a variable often holds the tail. `''`
 * where no name is on it: what only a call under way holds, in a variable of its own.
 */
export function ownerName(suspect: Suspect): string {
  if (suspect.holder === 'system / Context') return suspect.chainHead ?? suspect.expression;
  const path = suspect.owner.expression || suspect.expression;
  return /^(?:\[(?:key|\d+)?\])*$/.test(path) ? '' : path;
}

/** Classes as a reader calls them. */
export function holderClass(name: string): string {
  if (name === 'Object (as a map)') return 'Object used as a map';
  if (name === 'system / Context') return 'Variable';
  if (name === 'TimersList') return 'Timer list';
  if (name.startsWith('Object {')) return 'Object';
  const fn = /^(.*)\(\)(?: (.*))?$/.exec(name);
  if (fn !== null) return `Function ${fn[1]}`;
  return name;
}

/** A unit with its number: `2,013 OpenAIClient`, `500 functions onTick (src/bus.mjs:12)`. */
export function unitText(unit: string): string {
  const fn = /^(.*)\(\)(?: (.*))?$/.exec(unit);
  if (fn !== null) return `closures ${fn[1]}${fn[2] === undefined ? '' : ` (${fn[2]})`}`;
  if (unit === 'system / Context') return 'scopes of closures';
  if (unit === 'system / PromiseReaction') return 'Promise reactions';
  if (unit === '(value)') return 'plain values';
  if (unit === 'system / JSArrayBufferData') return 'array buffer data';
  if (unit === '(string)') return 'strings';
  if (unit === '(sliced string)') return 'sliced strings';
  if (unit === '(concatenated string)') return 'concatenated strings';
  return unit.startsWith('system / ') ? `engine data (${unit.slice('system / '.length)})` : unit;
}

function heldText(suspect: Suspect, wording: Wording): string {
  const total = Math.max(suspect.totals.at(-1) ?? 0, suspect.count);
  const bytes = Math.round(suspect.bytes);
  // Of plain values only the room is known, of one thing that gets larger only its bytes.
  const amount = total === 0 ? '' : `${suspect.unit === '(value)' ? 'room for ' : ''}${formatCount(total)} `;
  const gain = (count: string, size: string): string => (total === 0 ? `+${size}` : `+${count} (+${size})`);
  let text = `${amount}${unitText(suspect.unit)}${keysText(suspect.facts.keys)}`;
  if (wording.rounds > 0) {
    const perRound = suspect.count / wording.rounds;
    const shown = Number.isInteger(perRound) || perRound >= 100 ? formatCount(perRound) : perRound.toFixed(1);
    text += `, ${gain(`${shown} a round`, formatBytes(bytes / wording.rounds))}`;
  } else if (wording.minutes !== null && wording.minutes > 0) {
    const perMinute = `${formatBytes(bytes / wording.minutes)}/min`;
    text += `, ${gain(`${formatCount(suspect.count / wording.minutes)}/min`, perMinute)}`;
  } else text += `, ${gain(formatCount(suspect.count), formatBytes(bytes))}`;
  if (wording.allocatedIn !== null) text += `, allocated in ${wording.allocatedIn}`;
  return text;
}

/** What a class whose name was shortened is known by: ` {id, roles, body}`. */
function keysText(keys: readonly string[]): string {
  return keys.length === 0
    ? ''
    : ` {${keys.slice(0, KEYS_SHOWN).join(', ')}${keys.length > KEYS_SHOWN ? ', ...' : ''}}`;
}

function details(suspect: Suspect, wording: Wording): string {
  const parts: string[] = [];
  const { facts } = suspect;
  if (suspect.chainHead !== null && suspect.chainHead !== ownerName(suspect))
    parts.push(`its head is \`${suspect.chainHead}\``);
  if (facts.link !== null && suspect.holder !== 'TimersList') parts.push(linkText(facts.link));
  else if (suspect.chainHead !== null) parts.push('a chain of each other');
  if (facts.site !== null && !suspect.unit.includes('()')) parts.push(`class at ${wording.placeText(facts.site)}`);
  if (facts.callback !== null && !samePlace(facts.callback, facts.site)) {
    parts.push(`callback ${facts.callback.name} at ${wording.placeText(facts.callback.place)}`);
  }
  if (suspect.alsoHeldBy.length > 0) {
    parts.push(`held by ${suspect.alsoHeldBy.map((name) => `\`${name}\``).join(' and ')} too`);
  } else if (suspect.isShared) parts.push('shared with other owners');
  if (suspect.companions.length > 0) {
    const named = suspect.companions.map((other) => `+${formatCount(other.count)} ${unitText(other.className)}`);
    parts.push(`with them ${named.join(', ')}`);
  }
  if (suspect.unit === '(sliced string)' || facts.heaviest?.className === '(sliced string)') {
    parts.push('a sliced string keeps its whole parent string alive');
  }
  if (facts.heaviest !== null && !facts.heaviest.className.startsWith('(object ')) {
    parts.push(`${Math.round(facts.heaviest.share * 100)} % of their weight is ${unitText(facts.heaviest.className)}`);
  }
  if (suspect.bound !== null) parts.push(`\`${suspect.bound.name}\` is ${formatCount(suspect.bound.value)}`);
  return parts.length === 0 ? '' : `; ${parts.join('; ')}`;
}

function linkText(link: string): string {
  return link === '(internal)' ? 'chained one to the next' : `a chain linked through \`${link}\``;
}

function samePlace(callback: FunctionPlace, site: CodePlace | null): boolean {
  return site !== null && callback.place.url === site.url && callback.place.line === site.line;
}
