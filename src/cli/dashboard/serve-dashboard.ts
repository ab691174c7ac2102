/** The dashboard of a program that is watched from outside, on a port of its own on this machine. */
import { dashboard } from '../../dashboard/index.ts';
import { createToken, serve, SystemApi } from '../../system/index.ts';
import { type Conclusion, WatchedFigures, type WatchedProgram } from './watched-figures.ts';

export type { WatchedProgram } from './watched-figures.ts';

/** A dashboard that is being served. */
export interface ServedDashboard {
  /** To be opened in a browser of this machine. The token in it is in no request: it stands behind the `#`. */
  readonly link: string;
  /** Shows how it ended to those who look, and waits until they have it: a second at most. */
  conclude(conclusion: Conclusion): Promise<void>;
  close(): Promise<void>;
}

const INTERVAL_MS = 1_000;
/** Who asked no longer ago than this is still looking, ms. */
const LOOKING_MS = 2 * INTERVAL_MS;
/** Everything that would tell of the watching process in place of the watched one. */
const CLOSED = {
  livez: 'off',
  readyz: 'off',
  startupz: 'off',
  health: 'off',
  info: 'off',
  resources: 'off',
  alerts: 'off',
  metrics: 'off',
} as const;

/**
 * Serves the dashboard of `program` at 127.0.0.1, by a port and a token that nobody can guess. It keeps no process up.
 *
 * @throws what the system throws that lets nobody listen
 */
export async function serveDashboard(program: WatchedProgram): Promise<ServedDashboard> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let onLook = (): void => {};
  const figures = new WatchedFigures(program, () => {
    lookedAt = performance.now();
    onLook();
  });
  const token = createToken();
  const api = new SystemApi({
    token,
    dashboard,
    subject: figures,
    expose: CLOSED,
    shutdown: false,
    eventInterval: INTERVAL_MS,
  });
  const server = await serve(api, { port: 0 });
  return {
    link: `${server.url}/dashboard#token=${token}`,
    conclude: async (conclusion) => {
      figures.conclusion = conclusion;
      if (performance.now() - lookedAt > LOOKING_MS) return;
      // Looked at, it is on its way with the next turn.
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, LOOKING_MS);
        onLook = () => {
          clearTimeout(patience);
          setTimeout(resolve, 50);
        };
      });
    },
    close: async () => {
      api.close();
      await server.close();
    },
  };
}
