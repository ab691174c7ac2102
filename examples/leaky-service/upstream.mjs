import { setTimeout as delay } from 'node:timers/promises';

const HISTORY_LENGTH = 20;
const CALL_MS = 12;

const clients = new Map();

/** The client that speaks to the supplier in the name of this session. */
export function clientFor(token) {
  let client = clients.get(token);
  if (client === undefined) {
    client = new ApiClient('https://api.supplier.example/v2', token);
    clients.set(token, client);
  }
  return client;
}

/** Speaks to the supplier's API with one session's rights and remembers its last calls for support. */
export class ApiClient {
  #history = [];

  constructor(baseUrl, token) {
    this.baseUrl = baseUrl;
    this.headers = {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      'user-agent': 'chandlery/3.1',
      'x-session': token.slice(-12),
    };
    this.retry = { attempts: 3, firstDelayMs: 200, factor: 2 };
  }

  /** What the supplier asks for `quantity` pieces of a product. */
  async quote(product, quantity) {
    const url = `${this.baseUrl}/quotes/${product.sku}?quantity=${quantity}`;
    const begun = performance.now();
    // Stands for the network: the answer takes a while and depends on nothing but the question.
    await delay(CALL_MS);
    const cents = Math.round(product.price.cents * quantity * (quantity >= 10 ? 0.92 : 1));
    this.#remember({ url, status: 200, ms: performance.now() - begun, answer: { sku: product.sku, quantity, cents } });
    return { sku: product.sku, quantity, cents, currency: product.price.currency };
  }

  #remember(call) {
    this.#history.push(call);
    if (this.#history.length > HISTORY_LENGTH) this.#history.shift();
  }
}
