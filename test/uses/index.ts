/** A program that uses `plimsoll`: a service guarded by one call, the everyday names, and nothing left when it ends. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cache, type ErrorCode, guard, isPlimsollError, optionsFromEnv, PlimsollError, Scope } from 'plimsoll';
import { PlimsollError as OfErrors } from 'plimsoll/errors';

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

export async function use(): Promise<Record<string, boolean>> {
  const users = new Cache<string, number>({ name: 'users', maxEntries: 10 });
  const server = http.createServer((_request, response) => response.end(String(users.get('a') ?? 0)));
  const guarded = guard(server, { ...optionsFromEnv({}), logger: console });
  using scope = guarded.shutdown.use(new Scope({ name: 'app' }));
  const second = thrownBy(() => guard(server));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string): Promise<string> => {
    const response = await fetch(`${at}${path}`, { headers: { connection: 'close' } });
    return `${response.status} ${await response.text()}`;
  };
  const own = await ask('/');
  const probe = await ask('/api/system/readyz');
  const closed = (await ask('/api/system/stats')).slice(0, 3);
  await guarded.close();
  const after = await ask('/api/system/readyz');
  await new Promise((resolve) => server.close(resolve));
  const code: ErrorCode = 'PLIM_ERR_FILE_UNREADABLE';
  const error = new PlimsollError(code, 'There is no a.txt.', { cause: 'ENOENT' });
  return {
    'its own requests go through': own === '200 0',
    'probes are open, and nothing else': probe.startsWith('200') && closed === '403',
    'a server has one guard': isPlimsollError(second, 'PLIM_ERR_GUARD_TWICE'),
    'closed, it is as if it had not been there': after === '200 0' && guarded.monitor?.isRunning === false,
    'what was handed to the shutdown is its owner’s again': !scope.disposed,
    'the guard knows our errors': isPlimsollError(error) && isPlimsollError(error, code),
    'the guard knows the code': !isPlimsollError(error, 'PLIM_ERR_OPTION_INVALID'),
    'the guard refuses other errors': !isPlimsollError(new Error('no')) && !isPlimsollError(null),
    'the base class is that of plimsoll/errors': OfErrors === PlimsollError,
    'the cause is kept': error.cause === 'ENOENT',
  };
}
