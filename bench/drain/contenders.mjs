// Ways to close an HTTP server: each gives a function that is told to stop and ends when the server is closed.
import { importBuilt } from '../lib/dist.mjs';
import { importFrom } from '../lib/packages.mjs';

/** What is measured beside Plimsoll. */
export const PEERS = { 'http-terminator': '3.2.0', stoppable: '1.1.0', '@godaddy/terminus': '4.12.1' };

const POLL_MS = 50;
/** What every contender that takes one is given: none should come to it. */
const DEADLINE_MS = 10_000;

function closed(server) {
  return new Promise((resolve) => server.once('close', resolve));
}

/** By name: `(server, { dist, peers })` is called before the server listens. */
export const contenders = {
  plimsoll: async (server, { dist }) => {
    const { drain, trackConnections } = await importBuilt(dist, 'scope/index.js');
    trackConnections(server);
    return () => drain(server, { deadline: DEADLINE_MS });
  },
  /** Idle connections at once, and again and again: what everybody recommends. */
  'close + idle polling': (server) => async () => {
    const timer = setInterval(() => server.closeIdleConnections(), POLL_MS);
    const end = closed(server);
    server.close();
    await end;
    clearInterval(timer);
  },
  'server.close()': (server) => async () => {
    const end = closed(server);
    server.close();
    await end;
  },
  'http-terminator': async (server, { peers }) => {
    const { createHttpTerminator } = (await importFrom(peers, 'http-terminator')).default;
    const terminator = createHttpTerminator({ server, gracefulTerminationTimeout: DEADLINE_MS });
    return () => terminator.terminate();
  },
  stoppable: async (server, { peers }) => {
    const { default: stoppable } = await importFrom(peers, 'stoppable');
    stoppable(server, DEADLINE_MS);
    return () => new Promise((resolve) => server.stop(resolve));
  },
  /** Knows signals only, and ends the process itself. */
  '@godaddy/terminus': async (server, { peers }) => {
    const { createTerminus } = (await importFrom(peers, '@godaddy/terminus')).default;
    createTerminus(server, { signals: ['SIGUSR2'], timeout: DEADLINE_MS });
    return () => {
      process.kill(process.pid, 'SIGUSR2');
      return new Promise(() => {});
    };
  },
};
