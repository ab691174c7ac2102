import { functionAround, isInside, lastName, methodCall, textOf } from '../ast/look.ts';
import { bare, type FunctionNode, is, isFunction, type Node } from '../ast/nodes.ts';
import type { ClassFacts } from '../facts/classes.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isFresh, type ListenerSite } from '../facts/listeners.ts';
import { isShortLived } from '../facts/names.ts';
import { capturesSomething, isGuarded } from '../facts/subscriber.ts';
import { homeOf, initOf, isModuleLevel, moduleOf, parameterOf } from '../facts/variables.ts';
import { defineRule, type Report, type Rule } from '../rule.ts';

export const sharedEmitterListener: Rule = defineRule(
  'shared-emitter-listener',
  {
    family: 'listeners',
    preset: 'recommended',
    description: 'Listeners on an emitter that outlives the object or the request that listens',
    messages: {
      connection:
        '`{{receiver}}` outlives each {{subject}}, and nothing removes this {{event}} listener when that one ends: it keeps ' +
        '`{{subject}}` alive. Keep the function, and remove it when the {{subject}} closes.',
      teardown:
        '{{owner}} was given `{{receiver}}` and listens to {{event}}, but `{{final}}` does not remove the listener: ' +
        '`{{receiver}}` keeps every ended {{owner}} alive. Remove it there.',
      again:
        '`{{method}}` runs again and again, and each run adds another {{event}} listener to `{{receiver}}`, which stays the ' +
        'same. Add it once, in the constructor, or remove the one before.',
      instance:
        '`{{receiver}}` outlives each {{owner}}, and nothing removes this {{event}} listener: every {{owner}} stays in ' +
        'memory. Keep the function, and remove it when the {{owner}} is done.',
    },
  },
  check,
);

/** Whoever wraps one of these is its only user, as a rule, and goes with it. */
const ONE_TO_ONE =
  /(?:socket|sock|stream|req|res|request|response|ws|child|proc|process|worker|pipe|input|output|stdin|stdout|stderr|reader|writer|readable|writable|transport|port|channel|conn|connection|xhr|watcher|rl|source|destination|dest|src|tty|terminal|parser|element|el|node|button|window|document|server|app|program|page|frame|browser|target|upload|file|iterator|cursor|promise|observer|signal)s?$/i;

/** Names of what many listen to. */
const BUS =
  /(?:emitter|bus|events?|manager|service|registry|pool|provider|store|cluster|client|db|database|redis|broker|network|chain|hub|core|dispatcher|observable|notifier|config|logger|libp2p|node|cache|queue|scheduler|watcher|monitor|tracker|controller|model|api|engine|host|bot|loader|source|subject|api)$/i;

const ENDING =
  /^(?:end|destroy|close|terminate|kill|disconnect|quit|removeAllListeners|dispose|stop|abort|shutdown|destroySoon|cancel|unref)$/;

/** Parameters by which a function serves one connection, request or client. */
const SERVED =
  /^_?(?:ws|socket|sock|conn|connection|client|req|res|request|response|reply|stream|peer|ctx|spark|websocket|call|session)$/i;

/** Names of methods that run once more after each failure. */
const RUN_AGAIN =
  /^[_#]?(?:re(?:connect|try|start|subscribe|attach|open|establish)|(?:try|attempt)To?Re|attemptReconnect)/i;

/** Events that announce the end of the emitter itself. */
const TERMINAL = /^(?:end|close|finish|exit|disconnect|destroy|destroyed|shutdown|stop)$/;

function* check(facts: FileFacts): Generator<Report> {
  for (const site of facts.listeners.added) {
    if (!isCandidate(facts, site)) continue;
    const found = perConnection(facts, site) ?? perInstance(facts, site) ?? perRun(facts, site);
    if (found !== undefined) yield found;
  }
}

/** Long-lived, not removed, not guarded, and worth something to each who subscribes. */
function isCandidate(facts: FileFacts, site: ListenerSite): boolean {
  const name = lastName(site.receiver);
  if (name === undefined || name === 'process' || /signal$/i.test(name) || textOf(site.event) === 'abort') return false;
  const lifetime = facts.lifetimes.of(site.receiver);
  if (lifetime !== 'process' && lifetime !== 'outer' && lifetime !== 'shared' && lifetime !== 'own') return false;
  if (facts.repetition.runsOnce(site.call)) return false;
  if (!capturesSomething(facts, site.handler) && functionOfRequest(facts, site) === undefined) return false;
  if (facts.listeners.removalsOf(site).length > 0 || isRemovedByName(facts, site)) return false;
  return !isGuarded(site.call, () => true) || functionOfRequest(facts, site) !== undefined;
}

/** An inline listener cannot be removed, but a removal of its event on its emitter shows that somebody sees to it. */
function isRemovedByName(facts: FileFacts, site: ListenerSite): boolean {
  return facts.listeners.removed.some(
    (removal) =>
      facts.listeners.mayMeanSameReceiver(site.receiver, removal.receiver) &&
      facts.listeners.mayMeanSameEvent(site, removal),
  );
}

/** One more listener on something outside for each connection or request that a function serves. */
function perConnection(facts: FileFacts, site: ListenerSite): Report | undefined {
  const serving = functionOfRequest(facts, site);
  if (serving === undefined) return undefined;
  const home = homeOfRoot(facts, site.receiver);
  if (facts.lifetimes.of(site.receiver) === 'own' && !isServing(facts, site)) return undefined;
  if (home !== undefined && isInside(home, serving)) return undefined;
  const served = servedBy(serving);
  const subject =
    served.find(({ name }) => mentions(facts, site.handler, name, serving)) ??
    (isFresh(site.handler) && isModuleConstant(facts, site.receiver) ? served[0] : undefined);
  if (subject === undefined || isEnded(facts, site.receiver, serving)) return undefined;
  if (textOf(site.event) !== undefined && TERMINAL.test(textOf(site.event)!)) return undefined;
  const data = { receiver: facts.textOf(site.receiver), subject: subject.name, event: facts.textOf(site.event) };
  return { node: site.call, messageId: 'connection', data };
}

/** The nearest function around a site that serves one connection, unless the emitter came to it as a parameter. */
function functionOfRequest(facts: FileFacts, site: ListenerSite): FunctionNode | undefined {
  for (let fn = functionAround(site.call); fn !== undefined; fn = functionAround(fn)) {
    if (servedBy(fn).length === 0) continue;
    const isHandler =
      facts.lifetimes.isEventHandler(fn) ||
      answersRequests(fn) ||
      /^(?:on|handle|_on|_handle)[A-Z]?/.test(facts.repetition.nameOf(fn) ?? '');
    return isHandler ? fn : undefined;
  }
  return undefined;
}

function servedBy(fn: FunctionNode): readonly { readonly name: string }[] {
  return fn.params.filter(
    (parameter): parameter is Node & { readonly name: string } =>
      is(parameter, 'Identifier') && SERVED.test(parameter.name),
  );
}

/** `(req, res)`: whatever its name, a function of these two answers one request after the other. */
function answersRequests(fn: FunctionNode): boolean {
  const names = fn.params.map((parameter) => lastName(parameter) ?? '');
  return names.some((name) => /^_?req(?:uest)?$/i.test(name)) && names.some((name) => /^_?res(?:ponse)?$/i.test(name));
}

/** A constant of this module, made by it: no parameter, and no import. */
function isModuleConstant(facts: FileFacts, receiver: Node): boolean {
  const variable = facts.variables.of(bare(receiver));
  return variable !== undefined && isModuleLevel(variable) && is(initOf(variable), 'CallExpression');
}

/** Whether a class serves many connections at once by its name; any other may be there for one only. */
function isServing(facts: FileFacts, site: ListenerSite): boolean {
  const { call, receiver } = site;
  const serving = functionOfRequest(facts, site);
  if (receiver.type === 'ThisExpression' && serving !== undefined && answersRequests(serving)) return true;
  const name = facts.classes.ofThis(call)?.name;
  return (
    name !== undefined &&
    /(?:Server|Service|Manager|Gateway|Hub|Broker|Controller|Bus|Registry|Router|App|Application)$/.test(name)
  );
}

/** The function whose variable the receiver begins with. */
function homeOfRoot(facts: FileFacts, receiver: Node): FunctionNode | undefined {
  let root = bare(receiver);
  while (is(root, 'MemberExpression')) root = bare(root.object);
  const variable = facts.variables.of(root);
  return variable === undefined ? undefined : homeOf(variable);
}

/** Whether a handler uses a name, so that it keeps what the name stands for. */
function mentions(facts: FileFacts, handler: Node, name: string, serving: FunctionNode): boolean {
  const fn = facts.listeners.functionOf(handler);
  if (fn === undefined || !isInside(fn, serving)) return false;
  return facts.tree
    .nodes('Identifier')
    .some((node) => node.name === name && isInside(node, fn) && facts.variables.of(node) !== undefined);
}

function perInstance(facts: FileFacts, site: ListenerSite): Report | undefined {
  const owner = facts.classes.ofThis(site.call);
  if (owner?.name === undefined || facts.repetition.isSingleton(owner)) return undefined;
  const lifetime = facts.lifetimes.of(site.receiver);
  if (lifetime === 'own' || !usesThis(facts, site.handler)) return undefined;
  const name = lastName(site.receiver)!;
  const data = { receiver: facts.textOf(site.receiver), event: facts.textOf(site.event), owner: owner.name };
  if (isEnded(facts, site.receiver)) return undefined;
  if (
    isMadeForOneJob(owner) &&
    isInConstructor(facts, owner, site) &&
    isGivenToConstructor(facts, owner, site.receiver)
  ) {
    return BUS.test(name) || /client|connection|conn|pool|server/i.test(name)
      ? { node: site.call, messageId: 'instance', data }
      : undefined;
  }
  if (ONE_TO_ONE.test(name)) return undefined;
  if (isModuleEmitter(facts, site.receiver))
    return isInConstructor(facts, owner, site) ? { node: site.call, messageId: 'instance', data } : undefined;
  const final = facts.teardown.finalOf(owner);
  if (final === undefined || site.isOnce || !BUS.test(name) || !isGivenToConstructor(facts, owner, site.receiver))
    return undefined;
  return { node: site.call, messageId: 'teardown', data: { ...data, final: `${final}()` } };
}

/** One more listener on a lasting emitter of the object for each run of a method that runs again. */
function perRun(facts: FileFacts, site: ListenerSite): Report | undefined {
  const owner = facts.classes.ofThis(site.call);
  const fn = functionAround(site.call);
  if (owner === undefined || fn === undefined || facts.classes.ofMethod(fn) !== owner || fn === owner.construct)
    return undefined;
  const method = facts.repetition.nameOf(fn) ?? '';
  const handler = bare(site.handler);
  if (is(handler, 'Identifier') && facts.listeners.functionOf(handler) === undefined) return undefined;
  if (site.isOnce || !usesThis(facts, site.handler) || !isLasting(facts, owner, site.receiver)) return undefined;
  if (!RUN_AGAIN.test(method) && !isCalledAgain(facts, owner, method)) return undefined;
  const data = { receiver: facts.textOf(site.receiver), event: facts.textOf(site.event), method };
  return { node: site.call, messageId: 'again', data };
}

/** `this`, or a field that only the constructor sets. */
function isLasting(facts: FileFacts, owner: ClassFacts, receiver: Node): boolean {
  const place = facts.places.of(receiver);
  if (place === owner.key) return true;
  if (place === undefined || !place.startsWith(`${owner.key}.`)) return false;
  const values = facts.lifetimes.valuesOf(place);
  return (
    values.length > 0 &&
    facts.tree
      .nodes('AssignmentExpression')
      .every(({ left }) => facts.places.of(left) !== place || functionAround(left) === owner.construct)
  );
}

/** Called when the object is made, and again by another of its methods. */
function isCalledAgain(facts: FileFacts, owner: ClassFacts, method: string): boolean {
  const callers = facts.tree
    .nodes('CallExpression')
    .filter((call) => methodCall(call)?.method === method && facts.classes.ofThis(call) === owner)
    .map((call) => functionAround(call));
  return callers.includes(owner.construct) && callers.some((fn) => fn !== undefined && fn !== owner.construct);
}

function isMadeForOneJob(owner: ClassFacts): boolean {
  return isShortLived(owner.name!) && !/(?:State|Map|Set|List|Plugin|Module|Context|Table)$/.test(owner.name!);
}

function isInConstructor(facts: FileFacts, owner: ClassFacts, site: ListenerSite): boolean {
  const fn = functionAround(site.call);
  if (fn === owner.construct) return true;
  const name = fn === undefined ? undefined : facts.repetition.nameOf(fn);
  return name !== undefined && /^[_#]?(?:init|setup|bind|register|listen|subscribe|attach|setUp|on[A-Z])/.test(name);
}

/** A parameter of the constructor, or a field: what comes to another method may be anybody's. */
function isGivenToConstructor(facts: FileFacts, owner: ClassFacts, receiver: Node): boolean {
  let root = bare(receiver);
  while (is(root, 'MemberExpression')) root = bare(root.object);
  const variable = facts.variables.of(root);
  if (variable === undefined) return root.type === 'ThisExpression' && facts.lifetimes.of(receiver) === 'shared';
  if (isSelf(facts, root)) return facts.lifetimes.of(receiver) === 'shared';
  return owner.construct !== undefined && parameterOf(variable) === owner.construct;
}

/** A constant or an import of this module that is used as an emitter. */
function isModuleEmitter(facts: FileFacts, receiver: Node): boolean {
  const variable = facts.variables.of(bare(receiver));
  if (variable === undefined || !isModuleLevel(variable)) return false;
  const module = moduleOf(variable);
  return module === undefined || module.startsWith('.') || /emitter|bus|events?$/i.test(variable.name);
}

function usesThis(facts: FileFacts, handler: Node): boolean {
  const inner = bare(handler);
  if (!isFunction(inner)) return true;
  return (
    facts.tree.nodes('ThisExpression').some((node) => isInside(node, inner)) ||
    facts.tree.nodes('Identifier').some((node) => isInside(node, inner) && isSelf(facts, node))
  );
}

function isSelf(facts: FileFacts, node: Node): boolean {
  const variable = facts.variables.of(node);
  return variable !== undefined && /^c\d+/.test(facts.places.ofVariable(variable));
}

/** Whether this file ends the emitter itself, so that it is its owner. */
function isEnded(facts: FileFacts, receiver: Node, within?: Node): boolean {
  const name = lastName(receiver)!.replace(/^[_#]/, '');
  return facts.tree.nodes('CallExpression').some((call) => {
    const called = methodCall(call);
    if (called === undefined || !ENDING.test(called.method) || (within !== undefined && !isInside(call, within)))
      return false;
    return lastName(called.receiver)?.replace(/^[_#]/, '') === name;
  });
}
