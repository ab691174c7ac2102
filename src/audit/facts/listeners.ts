/** Where listeners are added and removed, and which removal belongs to which. */
import { functionAround, isBindCall, isInside, lastName, methodCall, textOf } from '../ast/look.ts';
import { bare, type CallNode, is, isFunction, type Node, useOf } from '../ast/nodes.ts';
import type { SourceCode } from '../ast/source.ts';
import type { Places } from './places.ts';
import type { Tree } from './tree.ts';
import { functionOf, initOf, type Variables } from './variables.ts';

const ADDING: ReadonlySet<string> = new Set([
  'on',
  'once',
  'addListener',
  'prependListener',
  'prependOnceListener',
  'addEventListener',
]);
const REMOVING: ReadonlySet<string> = new Set([
  'off',
  'removeListener',
  'removeEventListener',
  'removeAllListeners',
  'removeAll',
  'un',
]);
const ONCE: ReadonlySet<string> = new Set(['once', 'prependOnceListener']);

export interface ListenerSite {
  readonly call: CallNode;
  /** What is subscribed to, with chained calls taken off. */
  readonly receiver: Node;
  readonly method: string;
  readonly event: Node;
  /** The event's name where it is written out, else the source of the expression. */
  readonly eventText: string;
  readonly handler: Node;
  readonly options: Node | undefined;
  readonly isOnce: boolean;
}

export interface RemovalSite {
  readonly call: CallNode;
  readonly receiver: Node;
  /** `undefined`: every event. */
  readonly eventText: string | undefined;
  /** `undefined`: every handler. */
  readonly handler: Node | undefined;
  /** Whether the event is computed, so that it may be any. */
  readonly isOpen: boolean;
}

export class Listeners {
  readonly added: readonly ListenerSite[];
  readonly removed: readonly RemovalSite[];
  readonly #places: Places;
  readonly #variables: Variables;

  constructor(tree: Tree, places: Places, variables: Variables, source: SourceCode) {
    this.#places = places;
    this.#variables = variables;
    const calls = tree.nodes('CallExpression');
    this.added = calls.flatMap((call) => addedBy(call, source) ?? []);
    this.removed = calls.flatMap((call) => removedBy(call, source) ?? []);
  }

  /** The removals that may undo a listener, its own handler's removal of itself left out. */
  removalsOf(site: ListenerSite): readonly RemovalSite[] {
    const handler = this.functionOf(site.handler);
    return this.removed.filter(
      (removal) =>
        this.mayMeanSameEvent(site, removal) &&
        this.mayMeanSameReceiver(site.receiver, removal.receiver) &&
        this.mayMeanSameHandler(site, removal) &&
        !(
          handler !== undefined &&
          !isFresh(site.handler) &&
          this.#runsOnlyIn(handler, removal.call) &&
          !this.#isUsedElsewhere(site, removal)
        ),
    );
  }

  /** Whether a node lies in a function, or in one that nobody but that function calls. */
  #runsOnlyIn(handler: Node, node: Node): boolean {
    if (isInside(node, handler)) return true;
    const fn = functionAround(node);
    if (fn === undefined || isInside(handler, fn)) return false;
    const { user } = useOf(fn);
    const named = fn.type === 'FunctionDeclaration' ? fn.id : is(user, 'VariableDeclarator') ? user.id : undefined;
    const variable = named ? this.#variables.of(named) : undefined;
    const uses = variable?.references.filter(({ init }) => init !== true) ?? [];
    return uses.length > 0 && uses.every(({ identifier }) => isInside(identifier, handler));
  }

  mayMeanSameEvent(site: ListenerSite, removal: RemovalSite): boolean {
    return (
      removal.eventText === undefined || removal.isOpen || removal.eventText === site.eventText || isOpen(site.event)
    );
  }

  /** Lenient: the last name decides, since a removal is often written against another alias. */
  mayMeanSameReceiver(added: Node, removed: Node): boolean {
    const [place, other] = [this.#places.of(added), this.#places.of(removed)];
    if (place !== undefined && place === other) return true;
    const [name, otherName] = [lastName(added), lastName(removed)];
    return (
      name === undefined || otherName === undefined || name.replace(/^[_#]/, '') === otherName.replace(/^[_#]/, '')
    );
  }

  mayMeanSameHandler(site: ListenerSite, removal: RemovalSite): boolean {
    if (removal.handler === undefined) return true;
    if (isFresh(removal.handler)) return false;
    if (isFresh(site.handler)) return this.#isOwnName(removal.handler, site.handler);
    return this.isSameFunction(site.handler, removal.handler);
  }

  /** `function named() { off('event', named); }`: the one inline function that can be removed. */
  #isOwnName(name: Node, fn: Node): boolean {
    const variable = this.#variables.of(bare(name));
    return variable?.defs[0]?.node === bare(fn);
  }

  /** Whether two expressions may be one function. */
  isSameFunction(a: Node, b: Node): boolean {
    const [place, other] = [this.#places.of(a), this.#places.of(b)];
    if (place !== undefined && place === other) return true;
    const [left, right] = [lastName(a), lastName(b)];
    return left === undefined || right === undefined || left === right;
  }

  /** The function behind a handler, if this file has it. */
  functionOf(handler: Node): Node | undefined {
    const inner = bare(handler);
    if (isFunction(inner)) return inner;
    const variable = this.#variables.of(inner);
    return variable === undefined ? undefined : functionOf(variable);
  }

  /** Whether the handler is also called or passed on, so that its own removal of itself counts. */
  #isUsedElsewhere(site: ListenerSite, removal: RemovalSite): boolean {
    const variable = this.#variables.of(bare(site.handler));
    if (variable === undefined) return true;
    return variable.references.some(
      ({ identifier, init }) =>
        init !== true &&
        !isInside(identifier, site.call) &&
        !isInside(identifier, removal.call) &&
        !this.removed.some(({ call }) => isInside(identifier, call)),
    );
  }

  /** Whether a handler that is a name stands for a function made anew: `const h = this.x.bind(this)`. */
  initOfHandler(handler: Node): Node | undefined {
    const variable = this.#variables.of(bare(handler));
    return variable === undefined ? undefined : initOf(variable);
  }
}

/** Whether an expression makes a new function each time it runs, so that nothing can ever equal it. */
export function isFresh(handler: Node): boolean {
  const inner = bare(handler);
  return isFunction(inner) || isBindCall(inner);
}

function isOpen(event: Node): boolean {
  const inner = bare(event);
  return is(inner, 'Identifier') || (is(inner, 'MemberExpression') && inner.computed);
}

function eventText(event: Node, source: SourceCode): string {
  return textOf(event) ?? source.getText(event);
}

function addedBy(call: CallNode, source: SourceCode): ListenerSite | undefined {
  const called = methodCall(call);
  const [event, handler, options] = call.arguments;
  if (called === undefined || event === undefined || handler === undefined || !ADDING.has(called.method))
    return undefined;
  if (!mayBeHandler(handler) || !mayBeEvent(event)) return undefined;
  return {
    call,
    receiver: rootOfChain(called.receiver),
    method: called.method,
    event,
    eventText: eventText(event, source),
    handler,
    options,
    isOnce: ONCE.has(called.method) || isOnceOption(options),
  };
}

function removedBy(call: CallNode, source: SourceCode): RemovalSite | undefined {
  const called = methodCall(call);
  if (called === undefined || !REMOVING.has(called.method)) return undefined;
  const [event, handler] = call.arguments;
  return {
    call,
    receiver: rootOfChain(called.receiver),
    eventText: event === undefined ? undefined : eventText(event, source),
    handler,
    isOpen: event !== undefined && isOpen(event),
  };
}

/** `a.on(...).once(...)` subscribes to `a` twice. */
function rootOfChain(receiver: Node): Node {
  const inner = bare(receiver);
  const called = is(inner, 'CallExpression') ? methodCall(inner) : undefined;
  return called !== undefined && (ADDING.has(called.method) || REMOVING.has(called.method))
    ? rootOfChain(called.receiver)
    : inner;
}

function mayBeHandler(node: Node): boolean {
  const inner = bare(node);
  return isFunction(inner) || is(inner, 'Identifier') || is(inner, 'MemberExpression') || is(inner, 'CallExpression');
}

function mayBeEvent(node: Node): boolean {
  const inner = bare(node);
  return !isFunction(inner) && !is(inner, 'ObjectExpression') && !is(inner, 'ArrayExpression');
}

function isOnceOption(options: Node | undefined): boolean {
  if (!is(options, 'ObjectExpression')) return false;
  return options.properties.some(
    (property) => is(property, 'Property') && lastName(property.key) === 'once' && isTrue(property.value),
  );
}

function isTrue(node: Node): boolean {
  return is(node, 'Literal') && node.value === true;
}
