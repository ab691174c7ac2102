/** Who may ask for what: one word for each endpoint, and the defaults. */
import { invalidOption, readChoice } from '../../base/options.ts';

/**
 * `open`: whoever can reach it; `loopback`: this machine, and whoever has the token; `token`: whoever has the token; `off`:
 * it is not there.
 */
export type Exposure = 'open' | 'loopback' | 'token' | 'off';

/** The endpoints that read. */
export type ReadingName =
  | 'livez'
  | 'readyz'
  | 'startupz'
  | 'health'
  | 'dashboard'
  | 'info'
  | 'stats'
  | 'resources'
  | 'alerts'
  | 'events'
  | 'metrics';

/** The endpoints that do something, or give the memory away: nobody's, until each is enabled by its name. */
export type ActingName = 'gc' | 'heapdump' | 'heapdumpDownload' | 'clear' | 'close' | 'shed';

const READING: Readonly<Record<ReadingName, Exposure>> = {
  livez: 'open',
  readyz: 'open',
  startupz: 'open',
  health: 'open',
  // The page alone; what it shows it has to ask for with the token.
  dashboard: 'open',
  info: 'token',
  stats: 'token',
  resources: 'token',
  alerts: 'token',
  events: 'token',
  metrics: 'loopback',
};

const ACTING: Readonly<Record<ActingName, 'off'>> = {
  gc: 'off',
  heapdump: 'off',
  heapdumpDownload: 'off',
  clear: 'off',
  close: 'off',
  shed: 'off',
};

export type EndpointName = ReadingName | ActingName;

/** The option `expose`. */
export type ExposeOptions = Readonly<Partial<Record<ReadingName, Exposure> & Record<ActingName, 'token' | 'off'>>>;

/** What each endpoint is. */
export type Exposures = Readonly<Record<EndpointName, Exposure>>;

/** Checks the option `expose`. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readExposures(value: ExposeOptions | undefined, hasToken: boolean): Exposures {
  if (value !== undefined && (typeof value !== 'object' || value === null)) {
    throw invalidOption('expose', 'an object', value);
  }
  const exposures: Record<EndpointName, Exposure> = { ...READING, ...ACTING };
  for (const [name, word] of Object.entries(value ?? {})) {
    if (!Object.hasOwn(exposures, name)) {
      throw invalidOption('expose', `about ${Object.keys(exposures).join(', ')}`, name);
    }
    if (word === undefined) continue;
    const isActing = Object.hasOwn(ACTING, name);
    const words = isActing ? (['token', 'off'] as const) : (['open', 'loopback', 'token', 'off'] as const);
    exposures[name as EndpointName] = readChoice<Exposure>(`expose.${name}`, word, words);
    if (isActing && word === 'token' && !hasToken)
      throw invalidOption(`expose.${name}`, "'off' without a `token`", word);
  }
  return Object.freeze(exposures);
}
