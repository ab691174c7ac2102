/** What is answered at each path. Who may ask is not decided here. */
import type { EndpointName } from './access/exposure.ts';
import type { Target } from './access/target.ts';
import { jsonAnswer, problem, type SystemAnswer, type SystemRequest } from './call.ts';
import type { EventHub } from './events/hub.ts';
import type { ProcessHealth } from './health/health.ts';
import { CONTENT_TYPES, formatFor } from './metrics/exposition.ts';
import type { SystemSettings } from './options.ts';
import { readAlerts } from './views/alerts.ts';
import { healthAnswer, probeAnswer, springAnswer } from './views/health-view.ts';
import { readInfo } from './views/info.ts';
import { readResources } from './views/resources.ts';
import { readStats } from './views/stats.ts';
import { snapshotAnswer } from './views/snapshot-file.ts';

/** A request that has been let in. */
export interface Call {
  readonly request: SystemRequest;
  readonly target: Target;
  /** The part of the path that is a name: a cache's, a session's, a snapshot's. */
  readonly subject: string | undefined;
  readonly isAuthorised: boolean;
}

/** One way to ask. */
export interface Endpoint {
  readonly name: EndpointName;
  readonly method: 'GET' | 'POST';
  /** Parts of its path; `*` is a name. */
  readonly path: readonly string[];
  /** Of what only reads; actions are all done in one way. */
  readonly answer?: (call: Call, parts: EndpointParts) => SystemAnswer | Promise<SystemAnswer>;
}

/** What answers are made of. */
export interface EndpointParts {
  readonly settings: SystemSettings;
  readonly health: ProcessHealth;
  readonly events: EventHub;
}

const get = (name: EndpointName, path: string, answer: NonNullable<Endpoint['answer']>): Endpoint => ({
  name,
  method: 'GET',
  path: path.split('/'),
  answer,
});

const post = (name: EndpointName, path: string): Endpoint => ({ name, method: 'POST', path: path.split('/') });

/** Every endpoint there is. */
export const ENDPOINTS: readonly Endpoint[] = [
  get('livez', 'livez', () => probeAnswer({ status: 'pass', rows: [] }, false)),
  get('readyz', 'readyz', async ({ target, isAuthorised }, { health }) =>
    probeAnswer(await health.readiness(), target.query.has('verbose') && isAuthorised),
  ),
  get('startupz', 'startupz', (_, { health }) =>
    probeAnswer({ status: health.isStarted ? 'pass' : 'fail', rows: [] }, false),
  ),
  get('health', 'health', answerHealth),
  get('info', 'info', (_, { settings: { monitor, about, exposures } }) =>
    jsonAnswer(readInfo(monitor, about, exposures)),
  ),
  get('stats', 'stats', (_, { settings }) => jsonAnswer(readStats(settings, settings.clock.wallNow()))),
  get('resources', 'resources', ({ target }) => jsonAnswer(readResources(target.query))),
  get('alerts', 'alerts', (_, { settings }) => jsonAnswer(readAlerts(settings.monitor))),
  get('metrics', 'metrics', answerMetrics),
  get('events', 'events', answerEvents),
  get('dashboard', 'dashboard', answerDashboard),
  get('heapdumpDownload', 'heapdump/*', ({ subject = '' }, { settings }) =>
    snapshotAnswer(settings.heapdump?.folder, subject),
  ),
  post('gc', 'gc'),
  post('heapdump', 'heapdump'),
  post('clear', 'caches/*/clear'),
  post('close', 'sessions/*/close'),
  post('shed', 'shed'),
];

async function answerHealth({ request, target, isAuthorised }: Call, parts: EndpointParts): Promise<SystemAnswer> {
  const report = await parts.health.health();
  const isSpring =
    target.query.get('format') === 'spring' || request.header('accept')?.includes('vnd.spring-boot.actuator') === true;
  return isSpring ? springAnswer(report, isAuthorised) : healthAnswer(report, parts.settings.about, isAuthorised);
}

async function answerMetrics({ request }: Call, { settings }: EndpointParts): Promise<SystemAnswer> {
  const format = formatFor(request.header('accept'));
  const body = await settings.metrics.text(format);
  return { status: 200, headers: { 'content-type': CONTENT_TYPES[format] }, body };
}

function answerEvents({ request }: Call, { events }: EndpointParts): SystemAnswer {
  if (request.method === 'HEAD') return { status: 200, headers: EVENT_HEADERS, body: '' };
  const body = events.open(request.header('last-event-id'));
  if (body !== undefined) return { status: 200, headers: EVENT_HEADERS, body };
  return events.isClosed
    ? problem(503, 'ending', 'This process is ending.', { 'retry-after': '5' })
    : problem(503, 'full', 'As many listen as may.', { 'retry-after': '30' });
}

// Proxies such as nginx hold an answer back until it is whole, unless told.
const EVENT_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' } as const;

function answerDashboard(_: Call, { settings: { dashboard } }: EndpointParts): SystemAnswer {
  if (dashboard === undefined) return problem(404, 'missing', 'No dashboard was handed in.');
  const policy = dashboard.contentSecurityPolicy;
  const framed = policy.includes('frame-ancestors') ? policy : `${policy}; frame-ancestors 'none'`;
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': framed };
  return { status: 200, headers, body: dashboard.html };
}

/** The endpoints at a path, whatever the method, and the name in it. */
export function endpointsAt(
  parts: readonly string[],
): readonly { readonly endpoint: Endpoint; readonly subject: string | undefined }[] {
  return ENDPOINTS.filter(
    ({ path }) => path.length === parts.length && path.every((part, i) => part === '*' || part === parts[i]),
  ).map((endpoint) => ({ endpoint, subject: parts[endpoint.path.indexOf('*')] }));
}
