// What the gateway keeps: each store inside its bounds, and silent about its keys.
import { Cache, coalesce } from 'plimsoll/cache';

/**
 * @param {import('../model.mjs').Model} model
 * @param {number} patience How long the model may take for an answer in one piece, ms.
 */
export function makeStores(model, patience, logger) {
  /** What was said, for a day: least useful first to go when there are a thousand, or 64 MB of them. */
  const artifacts = new Cache({
    name: 'artifacts',
    maxEntries: 1_000,
    maxBytes: '64MB',
    ttl: '24h',
    logger,
    logRemovals: 'entry',
    warnUtilisation: false, // it is meant to be full
  });

  /** Whose a credential is. An old answer is better than none while the model is out of reach. */
  const tenants = new Cache({
    name: 'authentication',
    maxEntries: 1_000,
    ttl: '5m',
    staleIfError: '10m',
    negativeTtl: { missing: '10s' },
    secretKeys: true,
    load: (credential, { signal }) => model.tenantOf(credential, signal),
    onError: (error) => logger.warn({ error: error.message }, 'kept an old authorisation'),
    logger,
    logRemovals: 'entry',
    warnUtilisation: false,
  });

  /** Callers who ask the same at the same time share one call of the model. */
  const complete = coalesce((prompt) => model.complete(prompt, AbortSignal.timeout(patience)), { maxInFlight: 1_000 });

  return { artifacts, tenants, complete };
}
