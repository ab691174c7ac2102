import { Random } from './random.mjs';

const KINDS = ['anchor', 'block', 'cleat', 'compass', 'fender', 'lantern', 'pump', 'rope', 'shackle', 'winch'];
const METALS = ['brass', 'bronze', 'galvanised', 'stainless', 'titanium'];
const WORDS = (
  'tested in salt water for boats of every length with spare parts kept ten years strong light easy to fit by hand ' +
  'without tools polished edges safe under load rated by the yard that made it holds fast when wet and dries quickly'
).split(' ');

/** Everything the shop sells, kept in memory: it is read on every request and changes once a day. */
export class Catalogue {
  #products = new Map();
  #byKind = new Map(KINDS.map((kind) => [kind, []]));

  constructor(size) {
    const random = new Random(42);
    for (let number = 0; number < size; number++) this.#add(makeProduct(random, number));
  }

  get size() {
    return this.#products.size;
  }

  get(sku) {
    return this.#products.get(sku);
  }

  /** The first `limit` products of a kind that mention `text`. */
  search(kind, text, limit = 10) {
    const found = [];
    for (const product of this.#byKind.get(kind) ?? []) {
      if (product.description.includes(text)) found.push(product);
      if (found.length === limit) break;
    }
    return found;
  }

  #add(product) {
    this.#products.set(product.sku, product);
    this.#byKind.get(product.kind).push(product);
  }
}

function makeProduct(random, number) {
  const kind = KINDS[number % KINDS.length];
  const metal = random.pick(METALS);
  return {
    sku: skuOf(number),
    kind,
    title: `${metal} ${kind} no. ${number}`,
    description: random.words(WORDS, 120),
    price: { cents: 500 + random.below(50_000), currency: 'EUR' },
    stock: { quayside: random.below(100), warehouse: random.below(1000) },
    attributes: { metal, grams: 50 + random.below(9000), loadKg: 100 * random.below(80) },
    reviews: Array.from({ length: 3 }, () => ({ stars: 1 + random.below(5), text: random.words(WORDS, 12) })),
  };
}

/** The stock number of the product in this place of the catalogue. */
export function skuOf(number) {
  return `SC-${String(number).padStart(6, '0')}`;
}
