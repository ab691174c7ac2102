/** A program that uses `plimsoll/session`: sessions inside their budgets, scopes by key, things that are lent. */
import { isPlimsollError } from 'plimsoll/errors';
import { Lazy, Pool, ScopePool, SessionBroker, type SessionUsage } from 'plimsoll/session';

async function refusal(broker: SessionBroker): Promise<boolean> {
  try {
    await broker.open('one too many');
    return false;
  } catch (error) {
    return isPlimsollError(error, 'PLIM_ERR_SESSION_REFUSED');
  }
}

export async function use(): Promise<Record<string, boolean>> {
  const broker = new SessionBroker({ maxSessions: 2, perSession: '1MB', store: { maxEntries: 10 } });
  const [one, other] = [await broker.open('a'), await broker.open('a:b')];
  one.store.set('b:key', 1);
  let ends = 0;
  one.scope.defer(() => void ends++);
  one.budget.charge('work', '64KB');
  const usage: SessionUsage = one.usage();
  const isApart = other.store.get('b:key') === undefined && one.id === 'a';
  const isRefused = await refusal(broker);
  await broker.shutdown();

  const flushed: string[] = [];
  const pool = new ScopePool<string>({ maxEntries: 1, warnUtilisation: false });
  pool.open('first').defer(() => void flushed.push('first'));
  pool.open('second');
  await pool.close();

  const lent = new Pool({ maxSize: 1, create: () => ({ uses: 0 }) });
  const uses = await lent.use((thing) => ++thing.uses);
  await lent.close();
  return {
    'sessions do not meet': isApart,
    'charges count': usage.components['work']?.bytes === 65_536,
    'no room is refused': isRefused,
    'what a session owns ends with it': ends === 1 && one.state === 'closed',
    'what is evicted is flushed': flushed.join() === 'first',
    'things are lent': uses === 1,
    'a lazy value is made once': (await new Lazy(() => 7).get()) === 7,
  };
}
