/** The parts that the system API knows by structure only, as they really are. */
import { expect, test } from 'vitest';
import { LoadLine, Monitor } from '../../../src/monitor/index.ts';
import { SessionBroker } from '../../../src/session/index.ts';
import { Metrics } from '../../../src/system/index.ts';
import { AUTHORISED, acting, jsonOf, makeApi, requestFor } from '../../helpers/system-requests.ts';

test('a broker of sessions and a load line: figures, metrics, and a session closed by hand', async () => {
  using monitor = new Monitor().start();
  using loadLine = new LoadLine({ limit: '64GB' }).start();
  await using sessions = new SessionBroker({ maxSessions: 3, perSession: '1MB', total: '3MB' });
  const session = await sessions.open('tenant-7');
  session.store.set('greeting', 'x'.repeat(2_000));
  await sessions.open('tenant-8');

  const api = makeApi({ monitor, sessions, figures: { loadLine }, expose: { close: 'token' } });
  const stats = await jsonOf(await api.handle(requestFor('/stats', { headers: AUTHORISED })));
  expect(stats).toMatchObject({
    sessions: { open: 2, maxSessions: 3 },
    loadLine: { isRunning: true, lines: [{ of: 'process', limitBytes: 64 * 2 ** 30 }], reliefs: 0 },
  });
  const text = await new Metrics({ monitor, sessions }).text();
  expect(text).toMatch(/^plimsoll_sessions 2$/m);
  expect(text).toMatch(/^plimsoll_session_bytes_count 2$/m);
  expect(text).toMatch(/^plimsoll_scope_disposals_total\{result="ok"\} \d+$/m);
  expect(text).not.toContain('tenant');

  const close = requestFor('/sessions/tenant-7/close', { method: 'POST', headers: acting('close') });
  expect(await api.handle(close)).toMatchObject({ status: 200 });
  expect(sessions.stats()).toMatchObject({ open: 1 });
  expect(session.scope.disposed).toBe(true);
});
