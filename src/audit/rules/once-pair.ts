import { ancestors, functionAround, isInside, textOf } from '../ast/look.ts';
import { is, type Node } from '../ast/nodes.ts';
import { isModuleLevel } from '../facts/variables.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { ListenerSite } from '../facts/listeners.ts';
import { isSetUp } from '../facts/names.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const oncePair: Rule = defineRule(
  'once-pair',
  {
    family: 'listeners',
    preset: 'recommended',
    description: 'Two one-shot listeners of which only one fires, on an emitter that lives on',
    messages: {
      leak:
        'Only one of {{events}} settles this; the other listener stays on `{{receiver}}`, one for each call. Remove both ' +
        'in each, or use `events.once({{receiver}}, ...)` with an AbortSignal.',
    },
  },
  check,
);

/** Events that come once in the life of an emitter, or end it: what waits for them goes with it. */
const ONE_TIME =
  /^(?:end|close|finish|exit|error|connect|open|listening|spawn|ready|abort|aborted|timeout|secureConnect|secure|connection|upgrade|response|socket|disconnect|online|prefinish|init|loaded?|done|complete|completed|failed|started|stopped|destroyed|lookup|stop|start|unexpected-response)$/;

function* check(facts: FileFacts): Generator<Report> {
  for (const group of groups(facts)) {
    const [first] = group;
    const events = new Set(group.map(({ eventText }) => eventText));
    if (first === undefined || events.size < 2 || group.every(isOneTimeEvent)) continue;
    if (!outlives(facts, first) || isFirstTime(facts, first)) continue;
    if (group.some((site) => isRemovedSomewhere(facts, site))) continue;
    yield {
      node: first.call,
      messageId: 'leak',
      data: {
        events: [...group].map(({ event }) => facts.textOf(event)).join(' and '),
        receiver: facts.textOf(first.receiver),
      },
    };
  }
}

/** One-shot listeners that one block adds to one emitter. */
function groups(facts: FileFacts): Iterable<ListenerSite[]> {
  const byBlock = new Map<Node, Map<string, ListenerSite[]>>();
  for (const site of facts.listeners.added) {
    const block = site.isOnce ? [...ancestors(site.call)].find((at) => is(at, 'BlockStatement')) : undefined;
    if (block === undefined) continue;
    const receivers = byBlock.get(block) ?? new Map<string, ListenerSite[]>();
    const key = facts.textOf(site.receiver);
    receivers.set(key, [...(receivers.get(key) ?? []), site]);
    byBlock.set(block, receivers);
  }
  return [...byBlock.values()].flatMap((receivers) => [...receivers.values()]);
}

/** Whether an event comes once in the life of an emitter, by its name. */
export function isOneTimeEvent({ event, eventText }: ListenerSite): boolean {
  return ONE_TIME.test(textOf(event) === undefined ? eventText.split('.').at(-1)!.toLowerCase() : eventText);
}

function outlives(facts: FileFacts, { receiver }: ListenerSite): boolean {
  const variable = facts.variables.of(receiver);
  if (variable !== undefined && isModuleLevel(variable)) return true;
  return ['process', 'shared', 'outer', 'own'].includes(facts.lifetimes.of(receiver));
}

/** Set-up code waits once for each emitter. */
function isFirstTime(facts: FileFacts, site: ListenerSite): boolean {
  if (facts.repetition.runsOnce(site.call)) return true;
  for (let fn = functionAround(site.call); fn !== undefined; fn = functionAround(fn)) {
    const name = facts.repetition.nameOf(fn);
    if (name !== undefined && (name === 'constructor' || isSetUp(name))) return true;
  }
  return false;
}

function isRemovedSomewhere(facts: FileFacts, site: ListenerSite): boolean {
  const fn = functionAround(site.call)!;
  if (facts.listeners.removalsOf(site).length > 0) return true;
  return facts.listeners.removed.some((removal) => isInside(removal.call, fn));
}
