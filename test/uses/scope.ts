/** A program that uses `plimsoll/scope`: what is owned ends with its owner, newest first. */
import { DisposedError } from 'plimsoll/errors';
import { type EndCause, Scope } from 'plimsoll/scope';

function late(scope: Scope): unknown {
  try {
    scope.defer(() => {});
    return undefined;
  } catch (error) {
    return error;
  }
}

export async function use(): Promise<Record<string, boolean>> {
  const ended: string[] = [];
  const scope = new Scope({ name: 'request' });
  scope.defer(() => void ended.push('first'));
  scope.setInterval(() => ended.push('tick'), '1h');
  scope.adopt('second', (name) => void ended.push(name));
  const open = scope.list().length;
  await scope.close();
  const causes: (EndCause | undefined)[] = [];
  await Scope.run(async (inner) => void causes.push(inner.ending?.cause));
  return {
    'entries are listed': open === 3,
    'all ends, newest first': ended.join() === 'second,first' && scope.disposed,
    'a scope runs work and ends with it': causes.length === 1 && causes[0] === undefined,
    'what comes too late is refused': late(scope) instanceof DisposedError,
  };
}
