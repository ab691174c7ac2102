/**
 * Jest runs the `afterAll` hooks of a file in the order in which they were declared, and those of a set-up file are
 * declared first: it would be checked for what the file's own hooks are about to close. Jest has no way to ask for the
 * last place, so the hook is moved there when all are declared, through the handlers that jest-circus keeps at the
 * global object; where that looks otherwise than expected, nothing is moved.
 */

interface CircusHook {
  readonly fn: unknown;
  readonly type: string;
}

type CircusHandler = (
  event: { readonly name: string },
  state: { readonly rootDescribeBlock?: { readonly hooks?: CircusHook[] } },
) => void;

const HANDLERS = 'EVENT_HANDLERS';

/** Sees to it that the hook which calls `check` comes behind all others of the file. */
export function runLast(check: unknown, global: object = globalThis): void {
  const symbol = Object.getOwnPropertySymbols(global).find(({ description }) => description === HANDLERS);
  const handlers: unknown = symbol === undefined ? undefined : Reflect.get(global, symbol);
  if (!Array.isArray(handlers)) return;
  const handler: CircusHandler = ({ name }, state) => {
    if (name === 'run_start') moveLast(check, state.rootDescribeBlock?.hooks);
  };
  handlers.push(handler);
}

function moveLast(check: unknown, hooks: CircusHook[] | undefined): void {
  if (!Array.isArray(hooks)) return;
  const at = hooks.findIndex(({ fn, type }) => fn === check && type === 'afterAll');
  if (at >= 0) hooks.push(...hooks.splice(at, 1));
}
