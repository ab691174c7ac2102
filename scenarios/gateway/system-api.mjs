// The system API over HTTP, coalescing, and a model that goes away and comes back.
import { setTimeout as pause } from 'node:timers/promises';
import { check, checkEqual } from './outcome.mjs';

const CALLERS = 100;
const PATIENCE_MS = 20_000;

/** @param {import('./processes.mjs').GatewayProcess} gateway */
export async function checkSystemApi(gateway) {
  const strangers = await Promise.all(
    ['stats', 'resources'].map(async (path) => (await fetch(`${gateway.url}/api/system/${path}`)).status),
  );
  const unasked = await fetch(`${gateway.url}/api/system/gc`, { method: 'POST' });
  const [stats, resources] = [await gateway.system('stats'), await gateway.system('resources')];
  const gc = await gateway.system('gc', 'gc');
  return [
    checkEqual(
      'GET /api/system/stats',
      '200 with caches, scopes, monitor',
      `${stats.status} with ${['caches', 'scopes', 'monitor'].filter((name) => name in stats.body).join(', ')}`,
    ),
    checkEqual(
      'GET /api/system/resources',
      '200 with scopes, groups, oldest',
      `${resources.status} with ${['scopes', 'groups', 'oldest'].filter((name) => name in resources.body).join(', ')}`,
    ),
    checkEqual('POST /api/system/gc collects garbage', '200 done', `${gc.status} ${gc.body.outcome}`),
    checkEqual('stats, resources and gc without the token', '401 401 401', [...strangers, unasked.status].join(' ')),
  ];
}

/** @param {import('./load.mjs').Load} load */
export async function checkCoalescing(load, model) {
  const before = await model.calls();
  const tally = await load.together(CALLERS);
  const calls = (await model.calls()) - before;
  return [
    checkEqual(`calls of the model for ${CALLERS} callers who ask the same at once`, 1, calls),
    checkEqual('callers who got the whole answer', CALLERS, tally.counts.whole),
  ];
}

/**
 * @param {import('./processes.mjs').GatewayProcess} gateway
 * @param {import('./load.mjs').Load} load
 */
export async function checkRecovery(gateway, load, model, requests) {
  await model.setMode('down');
  const down = await load.round(requests);
  const ill = await checkBecomes(gateway, 'fail');
  const known = await load.readKept(50);
  await model.setMode('up');
  const well = await checkBecomes(gateway, 'pass');
  const after = await load.round(requests);
  process.stderr.write(`  model down: ${down.text}\n  model up: ${after.text}\n`);
  const { whole, ended, vanished, missing, refused, lost } = down.counts;
  const answered = whole + ended + vanished + missing + refused;
  return [
    checkEqual('health: the check of the model while it is down', 'fail', ill),
    checkEqual('health: that check afterwards, recovered by itself', 'pass', well),
    checkEqual('model down: requests answered, of all (refused ones with Retry-After)', down.requests, answered),
    check('model down: kept artifacts are still served', 'more than 0', known.counts.whole, known.counts.whole > 0),
    checkEqual('model down: requests lost', 0, lost + known.counts.lost),
    checkEqual('model up again: requests lost', 0, after.counts.lost),
  ];
}

/** The status of the model's check, as soon as it is `wanted`, or what it is at last. */
async function checkBecomes(gateway, wanted) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { body } = await gateway.system('health');
    const [{ status }] = body.checks.model;
    if (status === wanted || performance.now() > until) return status;
    await pause(200);
  }
}
