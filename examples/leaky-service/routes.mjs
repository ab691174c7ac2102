import { randomBytes } from 'node:crypto';
import { bus } from './bus.mjs';
import { placeOrder } from './orders.mjs';
import { clientFor } from './upstream.mjs';

/** An answer that is not 200, for the caller's reasons. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The routes of the shop: `METHOD /path/:name` to a function of the request that returns what to send as JSON. */
export function makeRoutes({ catalogue, profiles, jobs }) {
  let served = 0;
  let stockMoves = 0;
  bus.on('stock:changed', () => stockMoves++);

  const product = (sku) => catalogue.get(sku) ?? fail(404, `there is no product ${sku}`);
  const handlers = {
    'GET /health': () => ({
      served,
      stockMoves,
      exports: jobs.depth,
      products: catalogue.size,
      profiles: profiles.stats(),
    }),

    'POST /sessions': () => ({ token: randomBytes(768).toString('base64url') }),

    'GET /products': ({ query }) =>
      catalogue
        .search(query.get('kind'), query.get('text') ?? '')
        .map(({ sku, title, price }) => ({ sku, title, price })),

    'GET /products/:id': ({ id }) => product(id),

    'GET /profiles/:id': async ({ id }) => (await profiles.find(Number(id))) ?? fail(404, `there is no customer ${id}`),

    'GET /quotes/:id': ({ id, query, token }) => {
      if (token === undefined) fail(401, 'a quote needs a session');
      return clientFor(token).quote(product(id), Number(query.get('quantity') ?? 1));
    },

    'POST /orders': ({ body }) => {
      for (const { sku } of body.lines ?? fail(400, 'an order needs lines')) product(sku);
      return placeOrder(body, catalogue);
    },

    'POST /exports': async ({ body }) => {
      for (const sku of body.skus ?? fail(400, 'an export needs skus')) product(sku);
      const { id, done } = jobs.add(body.skus);
      return { id, bytes: (await done).length };
    },
  };

  return async function respond(method, url, token, body) {
    served++;
    const { pathname, searchParams: query } = new URL(url, 'http://service');
    const [, folder, id] = pathname.split('/');
    const handler =
      handlers[`${method} /${folder}${id === undefined ? '' : '/:id'}`] ?? fail(404, `there is no ${url}`);
    return handler({ id, query, token, body });
  };
}

function fail(status, message) {
  throw new HttpError(status, message);
}
