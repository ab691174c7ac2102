/** A program that uses `plimsoll/system`: health, figures, metrics and actions of a process over HTTP. */
import { isPlimsollError } from 'plimsoll/errors';
import { createToken, METRICS, Metrics, serve, SystemApi } from 'plimsoll/system';

export async function use(): Promise<Record<string, boolean>> {
  const token = createToken();
  using system = new SystemApi({ token, shutdown: false, expose: { gc: 'token' } });
  const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    system.fetch(new Request(`http://localhost${path}`, { headers }));
  const authorization = `Bearer ${token}`;
  const stats = (await (await ask('/stats', { authorization })).json()) as { process: { pid: number } };
  const server = await serve(system, { port: 0 });
  const served = await fetch(`${server.url}/livez`);
  const alive = await served.text();
  await server.close();
  const refused: unknown = await serve(new SystemApi({ shutdown: false }), { host: '0.0.0.0', port: 0 }).catch(
    (e) => e,
  );
  return {
    'probes are open': (await ask('/livez')).status === 200,
    'figures need the token': (await ask('/stats')).status === 401 && stats.process.pid > 0,
    'actions need more': (await ask('/gc', { authorization })).status === 405,
    'metrics are text': (await new Metrics().text()).includes('# TYPE process_resident_memory_bytes gauge'),
    'the table is there': METRICS.some(({ name }) => name === 'plimsoll_cache_hits'),
    'it serves on a port of its own': served.status === 200 && alive === 'pass\n',
    'beyond this machine only with a token': isPlimsollError(refused, 'PLIM_ERR_OPTION_INVALID'),
  };
}
