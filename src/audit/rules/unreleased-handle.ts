import {
  ancestors,
  functionAround,
  guardsOf,
  isDropped,
  isInside,
  lastName,
  methodCall,
  propertyName,
} from '../ast/look.ts';
import { bare, type CallNode, type FunctionNode, is, isFunction, type Node, useOf } from '../ast/nodes.ts';
import type { Variable } from '../ast/source.ts';
import { type HandleApi, handleApis } from '../facts/apis.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { moduleOf } from '../facts/variables.ts';
import { defineRule, type Report, type Rule, type Suggestion } from '../rule.ts';

export const unreleasedHandle: Rule = defineRule(
  'unreleased-handle',
  {
    family: 'handles',
    preset: 'recommended',
    description: 'Files, connections and sessions that are never released, or not when something throws',
    hasSuggestions: true,
    messages: {
      never: 'Nothing releases this {{what}}: `{{handle}}` goes out of scope open. Call `{{release}}` in a `finally`.',
      error:
        'When something throws before line {{line}}, this {{what}} is never released. Put what uses `{{handle}}` in a ' +
        '`try`, and `{{release}}` in its `finally`.',
      early:
        'The `return` in line {{line}} leaves this {{what}} unreleased. Put what uses `{{handle}}` in a `try`, and ' +
        '`{{release}}` in its `finally`.',
      callback:
        'The `return` in line {{line}} leaves this {{what}} unreleased. Call `{{release}}` before every way out.',
      using: 'Declare it with `await using`, so that it closes with the block',
    },
  },
  check,
);

function* check(facts: FileFacts, settings: unknown): Generator<Report> {
  const apis = handleApis(settings);
  for (const call of facts.tree.nodes('CallExpression')) {
    const api = apis.find(
      (row) => row.isMade !== true && row.call === lastName(call.callee) && comesFrom(facts, call, row),
    );
    if (api !== undefined && (isUsedOnTheSpot(call) || isDroppedAlive(facts, call, api))) {
      yield {
        node: call,
        messageId: 'never',
        data: { what: api.what, handle: facts.textOf(call), release: `${api.release[0]!}()` },
      };
    }
    const passed = api === undefined ? undefined : inCallback(facts, call, api);
    if (passed !== undefined) yield passed;
    const variable = api === undefined ? undefined : variableHolding(facts, call);
    if (api === undefined || variable === undefined) continue;
    const found = lookAt(facts, call, api, variable);
    if (found !== undefined) yield found;
  }
  yield* made(facts, apis);
}

/** `const client = new Client()`, which is open from its first use on, and may also end by itself. */
function* made(facts: FileFacts, apis: readonly HandleApi[]): Generator<Report> {
  for (const made of facts.tree.nodes('NewExpression')) {
    const api = apis.find(
      (row) => row.isMade === true && row.call === lastName(made.callee) && comesFrom(facts, made, row),
    );
    const declarator = made.parent;
    if (api === undefined || !is(declarator, 'VariableDeclarator')) continue;
    const variable = facts.variables.of(declarator.id);
    const found = variable === undefined ? undefined : lookAt(facts, made, api, variable);
    if (found !== undefined && found.messageId !== 'never') yield found;
  }
}

/** Whether a call is this row's: by the module of its root, or by the name of its receiver. */
function comesFrom(facts: FileFacts, call: CallNode, { from, on }: HandleApi): boolean {
  if (from === undefined && on === undefined) return methodCall(call) !== undefined;
  const callee = bare(call.callee);
  if (on !== undefined && is(callee, 'MemberExpression')) {
    const name = lastName(callee.object)?.toLowerCase() ?? '';
    if (!name.endsWith('connectionpool') && on.some((ending) => name.endsWith(ending))) return true;
  }
  let root = callee;
  while (is(root, 'MemberExpression')) root = bare(root.object);
  const variable = facts.variables.of(root);
  const module = variable === undefined ? undefined : moduleOf(variable);
  return module !== undefined && from?.includes(module) === true;
}

/** A watcher that each call starts, and nobody can stop. */
function isDroppedAlive(facts: FileFacts, call: CallNode, { isLive }: HandleApi): boolean {
  if (isLive !== true || !isDropped(call) || facts.repetition.runsOnce(call)) return false;
  const owner = facts.classes.ofThis(call);
  const isEnded = owner !== undefined && owner.kind !== 'object' && facts.teardown.hasFinal(owner);
  return (isEnded && !facts.repetition.isSingleton(owner)) || !facts.repetition.isSetUpCode(call);
}

/** `(await open(path)).readFile()`: nobody has the handle any more. */
function isUsedOnTheSpot(call: CallNode): boolean {
  const awaited = useOf(call).user;
  if (!is(awaited, 'AwaitExpression')) return false;
  const { user, child } = useOf(awaited);
  return (
    is(user, 'MemberExpression') &&
    user.object === child &&
    is(user.parent, 'CallExpression') &&
    !isStreamOf(user) &&
    lastName(user) !== 'close'
  );
}

/** The local that the result goes to: `const h = await open()`. Callback forms are another matter. */
function variableHolding(facts: FileFacts, call: CallNode): Variable | undefined {
  if (call.arguments.some((argument) => isFunction(bare(argument)))) return undefined;
  const awaited = useOf(call).user;
  const holder = is(awaited, 'AwaitExpression') ? awaited : call;
  const isSync = /Sync$|^createQueryRunner$/.test(lastName(call.callee) ?? '');
  if (holder === call && !isSync) return undefined;
  const { user } = useOf(holder);
  if (is(user, 'VariableDeclarator')) {
    const kind = is(user.parent, 'VariableDeclaration') ? user.parent.kind : '';
    return kind.includes('using') ? undefined : facts.variables.of(user.id);
  }
  const target = is(user, 'AssignmentExpression') ? bare(user.left) : undefined;
  const variable = target === undefined ? undefined : facts.variables.of(target);
  return variable !== undefined && functionAround(variable.defs[0]!.node) === functionAround(call)
    ? variable
    : undefined;
}

function lookAt(facts: FileFacts, call: CallNode, api: HandleApi, variable: Variable): Report | undefined {
  const fn = functionAround(call);
  const uses = variable.references
    .filter(({ init, identifier }) => init !== true && !isWrittenAt(identifier))
    .map(({ identifier }) => identifier);
  const releases = uses.filter((use) => isRelease(use, api));
  if (fn === undefined || uses.some((use) => isCapturedLater(use, fn))) return undefined;
  const data = { what: api.what, handle: variable.name, release: releaseText(api, variable.name) };
  if (releases.length === 0) {
    return uses.some((use) => movesOn(use))
      ? undefined
      : { node: call, messageId: 'never', data, suggest: usingInstead(facts, call, api) };
  }
  const [first] = releases;
  if (releases.length > 1 || first === undefined || isSafe(first) || uses.some((use) => isHandedOver(use)))
    return undefined;
  const early = earlyReturn(facts, fn, call, first);
  if (early !== undefined)
    return { node: call, messageId: 'early', data: { ...data, line: String(early.loc.start.line) } };
  if (!mayThrowBetween(facts, fn, call, first)) return undefined;
  return { node: call, messageId: 'error', data: { ...data, line: String(first.loc.start.line) } };
}

/** A way out between the opening and the release, after the test whether there is anything to release. */
function earlyReturn(facts: FileFacts, fn: FunctionNode, call: Node, release: Node): Node | undefined {
  return facts.tree.nodes('ReturnStatement').find((leave) => {
    if (functionAround(leave) !== fn || leave.range[0] < call.range[1] || leave.range[1] > release.range[0])
      return false;
    return (
      !guardsOf(leave).finalizers.some((finalizer) => isInside(release, finalizer)) &&
      is(leave.parent, 'BlockStatement') &&
      is(leave.parent.parent, 'IfStatement')
    );
  });
}

/**
 * `pool.getConnection((error, connection) => ...)`: a callback further in that returns on its own error before it comes
 * to the release.
 */
function inCallback(facts: FileFacts, call: CallNode, api: HandleApi): Report | undefined {
  const callback = call.arguments.at(-1);
  const inner = callback === undefined ? undefined : bare(callback);
  const parameter = isFunction(inner) ? inner.params[1] : undefined;
  const variable = parameter === undefined ? undefined : facts.variables.of(parameter);
  if (!isFunction(inner) || variable === undefined) return undefined;
  const releases = variable.references.map(({ identifier }) => identifier).filter((use) => isRelease(use, api));
  const [only] = releases;
  const fn = only === undefined ? undefined : functionAround(only);
  if (only === undefined || releases.length > 1 || fn === undefined || fn === inner || !isInside(fn, inner))
    return undefined;
  const early = facts.tree
    .nodes('ReturnStatement')
    .find((leave) => functionAround(leave) === fn && leave.range[1] < only.range[0] && isUnderIf(leave));
  const data = { what: api.what, handle: variable.name, release: releaseText(api, variable.name) };
  return early === undefined
    ? undefined
    : { node: call, messageId: 'callback', data: { ...data, line: String(early.loc.start.line) } };
}

function isUnderIf(leave: Node): boolean {
  return is(leave.parent, 'IfStatement') || is(leave.parent?.parent, 'IfStatement');
}

function isWrittenAt(identifier: Node): boolean {
  const { user, child } = useOf(identifier);
  return is(user, 'AssignmentExpression') && user.left === child;
}

/** `h.close()`, `closeSync(h)`, `pool.release(h)`. */
function isRelease(use: Node, { release }: HandleApi): boolean {
  const { user, child } = useOf(use);
  if (is(user, 'MemberExpression') && user.object === child) {
    return (
      release.includes(propertyName(user) ?? '') || propertyName(user)?.startsWith('[Symbol') === true || user.computed
    );
  }
  if (is(user, 'CallExpression') && user.callee !== child) {
    return (
      release.includes(lastName(user.callee) ?? '') ||
      /close|release|end|destroy|dispose|cleanup|free/i.test(lastName(user.callee) ?? '')
    );
  }
  return false;
}

/** Used by a function that runs later: who releases it, and when, this rule cannot tell. */
function isCapturedLater(use: Node, fn: FunctionNode): boolean {
  for (const at of ancestors(use)) {
    if (at === fn) return false;
    if (isFunction(at)) return true;
  }
  return true;
}

/** Returned, stored or passed on: somebody else's duty. Reading a property or calling a method keeps it here. */
function movesOn(use: Node): boolean {
  const { user, child } = useOf(use);
  if (is(user, 'MemberExpression') && user.object === child) return isStreamOf(user);
  return !(
    is(user, 'IfStatement') ||
    is(user, 'UnaryExpression') ||
    is(user, 'BinaryExpression') ||
    is(user, 'ExpressionStatement')
  );
}

/** Streams of a file handle close it when they end. */
function isStreamOf(member: Node): boolean {
  return /^(?:create(?:Read|Write)Stream|readableWebStream|readLines)$/.test(lastName(member) ?? '');
}

/** Returned, stored in a field or a list; being an argument of a call is no hand-over where this function releases. */
function isHandedOver(use: Node): boolean {
  const { user, child } = useOf(use);
  if (is(user, 'AssignmentExpression')) return user.right === child;
  return (
    is(user, 'ReturnStatement') || is(user, 'Property') || is(user, 'ArrayExpression') || is(user, 'VariableDeclarator')
  );
}

/** In a `finally`, or in a `catch`. */
function isSafe(release: Node): boolean {
  for (const at of ancestors(release)) {
    if (isFunction(at)) return false;
    const parent = at.parent;
    if (is(parent, 'TryStatement') && (parent.finalizer === at || parent.handler === at)) return true;
  }
  return false;
}

function mayThrowBetween(facts: FileFacts, fn: FunctionNode, call: Node, release: Node): boolean {
  const isBetween = (node: Node): boolean =>
    functionAround(node) === fn &&
    node.range[0] > call.range[1] &&
    node.range[1] < release.range[0] &&
    !isSwallowed(node, release);
  return (
    facts.tree.nodes('AwaitExpression').some(isBetween) ||
    (lastName((call as CallNode).callee)?.endsWith('Sync') === true &&
      facts.tree.nodes('CallExpression').some(isBetween))
  );
}

/** Errors of a `try` that ends before the release are caught, and the release is reached. */
function isSwallowed(node: Node, release: Node): boolean {
  return guardsOf(node).handlers.some((handler) => handler.range[1] <= release.range[0]);
}

function releaseText({ release }: HandleApi, handle: string): string {
  const [name] = release;
  return name!.endsWith('Sync') ? `${name}(${handle})` : `${handle}.${name}()`;
}

/** File handles of Node are disposable; the syntax needs TypeScript or a recent Node. */
function usingInstead(facts: FileFacts, call: CallNode, { what }: HandleApi): readonly Suggestion[] {
  const declarator = [...ancestors(call)].find((at) => is(at, 'VariableDeclarator'));
  const declaration = declarator?.parent;
  if (what !== 'file handle' || !is(declaration, 'VariableDeclaration') || declaration.declarations.length > 1)
    return [];
  if (declaration.kind !== 'const' || !/\.[cm]?tsx?$/.test(facts.filename)) return [];
  const text = facts.source.getText(declaration).replace(/^const/, 'await using');
  return [{ messageId: 'using', fix: (fixer) => fixer.replaceText(declaration, text) }];
}
