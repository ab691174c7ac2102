// What services keep in caches: each kind makes the value with number `i`, no two the same.
import crypto from 'node:crypto';

const pad = (i) => String(100_000 + i);
const times = (count, make) => Array.from({ length: count }, (_, k) => make(k));
/** As it comes from a socket: one piece of memory of its own. */
const received = (text) => Buffer.from(text, 'utf8').toString('utf8');
/** As it comes from an API. */
const parsed = (value) => JSON.parse(JSON.stringify(value));
const hex = (i, length) => crypto.createHash('sha512').update(String(i)).digest('hex').slice(0, length);
const word = (i) => hex(i, 5 + (i % 7)).replace(/\d/g, (digit) => 'ghijklmnop'[digit]);
const sentence = (i, words) => times(words, (k) => word(i * 31 + k)).join(' ');
const isoDate = (i) => new Date(1.7e12 + i * 86_461_000).toISOString();

/** As far down the stack as a server's handlers are. */
const deeply = (depth, make) => (depth === 0 ? make() : deeply(depth - 1, make));

class Money {
  constructor(amount, currency) {
    this.amount = amount;
    this.currency = currency;
  }

  get isZero() {
    return this.amount === 0;
  }
}

class User {
  constructor(i) {
    this.id = i;
    this.name = received(`${word(i)} ${word(i + 7)}`);
    this.email = received(`${word(i)}@example.com`);
    this.createdAt = new Date(1.7e12 + i);
    this.balance = new Money(i + 0.5, 'EUR');
  }

  get isPoor() {
    return this.balance.isZero;
  }
}

class Admin extends User {
  constructor(i) {
    super(i);
    this.rights = ['read', 'write', 'delete'];
  }
}

class Counter {
  #count = 0;
  #step = 1;
  label;
  constructor(i) {
    this.label = i;
    this.#count = i;
  }
  next() {
    return (this.#count += this.#step);
  }
}

class TreeNode {
  constructor(i, depth) {
    this.value = i;
    this.left = depth === 0 ? null : new TreeNode(2 * i, depth - 1);
    this.right = depth === 0 ? null : new TreeNode(2 * i + 1, depth - 1);
  }

  get isLeaf() {
    return this.left === null;
  }
}

function linkedList(i, length) {
  let head = null;
  for (let k = 0; k < length; k++) head = { value: i + k, next: head };
  return head;
}

function element(i, depth) {
  return {
    type: 'element',
    tag: depth === 0 ? 'span' : 'div',
    attributes: { class: received(`row row-${pad(i)}`), id: received(`n${pad(i)}`) },
    children:
      depth === 0 ? [{ type: 'text', text: received(sentence(i, 4)) }] : times(3, (k) => element(i * 3 + k, depth - 1)),
  };
}

function row(i) {
  return {
    id: i,
    sku: received(`SKU-${pad(i)}-${i % 97}`),
    title: received(sentence(i, 5)),
    price: i / 100 + 0.01,
    stock: i % 50,
    active: i % 3 === 0,
    updated_at: new Date(1.7e12 + i),
    deleted_at: null,
  };
}

function cyclic(i) {
  const parent = { id: i, name: received(sentence(i, 3)), children: [] };
  parent.children = times(4, (k) => ({ id: k, title: received(word(i + k) + pad(i)), parent }));
  return parent;
}

function graphWithSharedParts(i) {
  const author = { id: i, name: received(`${word(i)} ${word(i + 1)}`), bio: received(sentence(i, 20)) };
  return times(10, (k) => ({ id: k, title: received(sentence(i + k, 4)), author }));
}

/** Name to how a value is made. */
export const kinds = {
  'short text': (i) => received(`key-${pad(i)}`),
  'text of 200 characters': (i) => received(hex(i, 100) + hex(i + 1, 100)),
  'JSON text of 2 kB': (i) =>
    received(JSON.stringify(times(15, (k) => ({ id: i + k, title: sentence(i + k, 12), tag: 'x' })))),
  'page of HTML, 8 kB': (i) =>
    received(`<!doctype html>${times(100, (k) => `<p class="x">${sentence(i + k, 10)}</p>`).join('')}`),
  'text in Japanese': (i) => received(`利用者 ${pad(i)} さんの注文を受け付けました`),
  'text with one emoji': (i) => received(`${sentence(i, 20)} 🎉`),
  'text put together with +': (i) =>
    'https://example.com/users/' + pad(i) + '/orders?page=' + (i % 9) + '&sort=' + word(i),
  'text put together in a loop': (i) => {
    let text = '';
    for (let k = 0; k < 40; k++) text += `${word(i + k)}, `;
    return text;
  },
  'text cut out of a short line': (i) => received(`${isoDate(i)} GET /${word(i)} 200`).slice(0, 24),
  'number with a fraction': (i) => i + 0.25,
  'time stamp': (i) => 1.7e12 + i,
  'bigint id': (i) => 2n ** 60n + BigInt(i),
  date: (i) => new Date(1.7e12 + i),
  'record of numbers': (i) => ({ id: i, count: i * 2, total: i * 3, page: i % 10 }),
  'record of mixed fields': (i) => ({
    id: i,
    name: received(`${word(i)} ${word(i + 3)}`),
    email: received(`${word(i)}.${pad(i)}@example.com`),
    age: i % 90,
    score: i / 7 + 0.001,
    active: i % 2 === 0,
    createdAt: received(isoDate(i)),
    manager: null,
  }),
  'API answer, one user': (i) =>
    parsed({
      id: i,
      login: word(i) + pad(i),
      name: `${word(i)} ${word(i + 3)}`,
      company: sentence(i, 2),
      blog: `https://${word(i)}.example.com/${pad(i)}`,
      location: i % 2 ? 'Berlin' : 'Paris',
      email: `${word(i)}${pad(i)}@example.com`,
      bio: sentence(i, 15),
      followers: i % 1000,
      following: i % 300,
      created_at: isoDate(i),
      updated_at: isoDate(i + 100),
      type: 'User',
      site_admin: false,
    }),
  'API answer, page of 20': (i) =>
    parsed({
      data: times(20, (k) => ({
        id: i + k,
        title: sentence(i + k, 6),
        price: k + 0.99,
        tags: [word(i), word(k)],
        inStock: true,
      })),
      page: { number: i, size: 20, total: 1234 },
      links: { self: `https://api.example.com/items?page=${i}`, next: `https://api.example.com/items?page=${i + 1}` },
    }),
  'API answer, deeply nested': (i) => {
    let value = { leaf: sentence(i, 3) };
    for (let k = 0; k < 12; k++) value = { level: k, name: sentence(i + k, 2), child: value };
    return parsed(value);
  },
  'JWT claims': (i) =>
    parsed({
      iss: 'https://auth.example.com/',
      sub: `auth0|${hex(i, 24)}`,
      aud: ['https://api.example.com', 'https://example.com/userinfo'],
      iat: 1_700_000_000 + i,
      exp: 1_700_086_400 + i,
      scope: 'openid profile email',
      azp: hex(i + 1, 32),
    }),
  'row of a database': row,
  'rows of a database, 50': (i) => times(50, (k) => row(i * 50 + k)),
  'rows as arrays, 30 by 6': (i) => times(30, (k) => [i, k, received(sentence(i + k, 3)), k + 0.5, null, true]),
  'session of a user': (i) => ({
    id: received(hex(i, 32)),
    userId: i,
    csrf: received(hex(i + 1, 40)),
    roles: ['user', 'editor'],
    cart: times(3, (k) => ({ sku: received(`SKU-${pad(i + k)}`), quantity: k + 1 })),
    flash: {},
    expires: new Date(1.7e12 + i),
  }),
  'HTTP answer with Buffer': (i) => ({
    status: 200,
    headers: { 'content-type': 'application/json', etag: received(`"${hex(i, 27)}"`), 'content-length': '4096' },
    body: Buffer.alloc(4096, i),
  }),
  'configuration, nested': (i) => ({
    name: received(`service-${pad(i)}`),
    database: { host: received(`db-${i}.internal.example.com`), port: 5432, pool: { min: 2, max: 10, idle: 30_000 } },
    features: { search: true, beta: i % 2 === 0, limits: { requests: 1000 + i, seconds: 60 } },
    origins: times(3, (k) => received(`https://${word(i + k)}.example.com`)),
  }),
  'GeoJSON polygon': (i) =>
    parsed({
      type: 'Feature',
      properties: { name: sentence(i, 2), population: i * 100 },
      geometry: { type: 'Polygon', coordinates: [times(30, (k) => [13.1 + k / 977 + i / 1e6, 52.3 + k / 911])] },
    }),
  'class instance': (i) => new User(i),
  'instance of a derived class': (i) => new Admin(i),
  'instance with private fields': (i) => new Counter(i),
  'binary tree, 63 nodes': (i) => new TreeNode(i, 5),
  'linked list, 100': (i) => linkedList(i, 100),
  'parsed page, a tree': (i) => element(i, 3),
  'cycle of parent and children': cyclic,
  'posts that share their author': graphWithSharedParts,
  'array of integers, 100': (i) => times(100, (k) => i + k),
  'array of fractions, 100': (i) => times(100, (k) => (i + k) / 7),
  'embedding, Float32Array(384)': (i) => new Float32Array(384).fill(i),
  'embedding, plain array of 384': (i) => parsed(times(384, (k) => Math.sin(i + k))),
  'array of texts, 40': (i) => times(40, (k) => received(`${word(i + k)}-${pad(i)}`)),
  'array filled by push, 25': (i) => {
    const array = [];
    for (let k = 0; k < 25; k++) array.push(received(`${word(i + k)}-${pad(i)}`));
    return array;
  },
  'matrix, 10 by 10': (i) => times(10, (k) => times(10, (m) => i + k * m)),
  'array with wide gaps': (i) => {
    const array = [];
    for (let k = 0; k < 20; k++) array[k * 5000 + (i % 100)] = { id: k };
    return array;
  },
  'Map of records, 20': (i) => new Map(times(20, (k) => [received(`user:${pad(i + k)}`), { id: k, seen: 1.7e12 + i }])),
  'Map of counts, 100': (i) => new Map(times(100, (k) => [i + k, k])),
  'Set of ids, 50': (i) => new Set(times(50, (k) => received(hex(i * 50 + k, 16)))),
  'object used as a map, 40 ids': (i) => {
    const map = {};
    for (let k = 0; k < 40; k++) map[hex(i * 40 + k, 16)] = { visits: k };
    return map;
  },
  'object used as a map, 300 words': (i) => {
    const map = {};
    for (let k = 0; k < 300; k++) map[`w${word(k)}${k}`] = i + k;
    return map;
  },
  'object with number keys': (i) => Object.fromEntries(times(30, (k) => [i * 1000 + k * 37, { n: k }])),
  'object without prototype': (i) =>
    Object.assign(Object.create(null), { page: received(pad(i)), sort: 'name', q: received(sentence(i, 3)) }),
  'Buffer of 32 bytes': (i) => crypto.createHash('sha256').update(String(i)).digest(),
  'Buffer of 10 kB': (i) => Buffer.alloc(10_000, i),
  'Buffer of a short text': (i) => Buffer.from(`message ${pad(i)}: ${sentence(i, 10)}`),
  'error with code': (i) =>
    deeply(8, () =>
      Object.assign(new Error(received(`connect ECONNREFUSED 10.0.0.1:${pad(i)}`)), { code: 'ECONNREFUSED' }),
    ),
  'promise of a record': (i) => Promise.resolve({ id: i, name: received(sentence(i, 2)) }),
  'record with a closure': (i) => ({ id: i, cancel: () => i }),
  'schema with patterns': (i) => ({
    name: received(word(i) + pad(i)),
    pattern: new RegExp(`^${word(i)}-\\d+$`),
    min: 1,
    max: 100,
  }),
  'result of a match': (i) => /(\w+)-(\d+)/.exec(received(`${word(i)}-${pad(i)}`)),
  'empty array': () => [],
  'empty object': () => ({}),
};
