import { isBindCall, lastName } from '../ast/look.ts';
import { bare, isFunction, type Node } from '../ast/nodes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isFresh, type ListenerSite, type RemovalSite } from '../facts/listeners.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const listenerMismatch: Rule = defineRule(
  'listener-mismatch',
  {
    family: 'listeners',
    preset: 'recommended',
    description: 'Removals that can never match the listener they are meant for',
    messages: {
      fresh:
        'The removal in line {{line}} passes a function made on the spot ({{removed}}), which equals no listener: ' +
        'this {{event}} listener stays. Keep one function in a variable or a field, and give that to both.',
      inline:
        'This {{event}} listener is {{added}}, made on the spot; the removal in line {{line}} passes `{{removed}}`, which is ' +
        'another function, so it stays. Keep one function in a variable or a field, and give that to both.',
    },
  },
  check,
);

function* check(facts: FileFacts): Generator<Report> {
  const reported = new Set<Node>();
  for (const removal of facts.listeners.removed) {
    if (removal.handler === undefined || removal.eventText === undefined || removal.isOpen) continue;
    const site = isFresh(removal.handler) ? freshlyRemoved(facts, removal) : freshlyAdded(facts, removal);
    if (site === undefined || reported.has(site.call)) continue;
    reported.add(site.call);
    yield {
      node: site.call,
      messageId: isFresh(removal.handler) ? 'fresh' : 'inline',
      data: {
        event: facts.textOf(site.event),
        line: String(removal.call.loc.start.line),
        removed: facts.textOf(removal.handler),
        added: isFunction(bare(site.handler)) ? 'an inline function' : 'a bound function',
      },
    };
  }
}

/** What `x.off(event, () => ...)` was meant to remove. */
function freshlyRemoved(facts: FileFacts, removal: RemovalSite): ListenerSite | undefined {
  return matching(facts, removal)[0];
}

/** What `x.off(event, handler)` was meant to remove, if nothing was added that it does remove. */
function freshlyAdded(facts: FileFacts, removal: RemovalSite): ListenerSite | undefined {
  const sites = matching(facts, removal);
  const removed = removal.handler!;
  if (
    sites.length === 0 ||
    !sites.every((site) => isFresh(site.handler) && !facts.listeners.mayMeanSameHandler(site, removal))
  )
    return undefined;
  const isNamedElsewhere = facts.listeners.added.some(
    ({ handler }) => !isFresh(handler) && facts.listeners.isSameFunction(handler, removed),
  );
  const holdsFresh = facts.listeners.initOfHandler(removed);
  if (isNamedElsewhere || (holdsFresh !== undefined && isFresh(holdsFresh) && !isFunction(holdsFresh)))
    return undefined;
  return sites.find(({ handler }) => isAbout(handler, removed, facts));
}

/** Whether an inline listener calls or binds what is removed: then the two are meant to be one. */
function isAbout(handler: Node, removed: Node, facts: FileFacts): boolean {
  const inner = bare(handler);
  const name = lastName(removed);
  if (name === undefined) return false;
  const text = facts.source.getText(inner);
  return isBindCall(inner) || isFunction(inner) ? new RegExp(`\\b${name.replace(/^#/, '')}\\b`).test(text) : false;
}

/** Listeners of the removal's event, on something written the same way. */
function matching(facts: FileFacts, removal: RemovalSite): ListenerSite[] {
  return facts.listeners.added.filter(
    (site) =>
      site.eventText === removal.eventText &&
      lastName(site.receiver) !== undefined &&
      facts.listeners.mayMeanSameReceiver(site.receiver, removal.receiver),
  );
}
