// A small shop. One of its routes leaks: find it with `plimsoll run`, mend it, and run it again.
import { EventEmitter } from 'node:events';
import http from 'node:http';

const prices = new EventEmitter().setMaxListeners(0);
const catalogue = Array.from({ length: 5_000 }, (_, id) => ({ id, name: `article ${id}`, price: id % 100 }));

class Basket {
  constructor(articles) {
    this.articles = articles;
    this.lines = articles.map((id) => ({ ...catalogue[id % catalogue.length], note: `article ${id} of a basket` }));
  }

  sum() {
    return this.lines.reduce((total, { price }) => total + price, 0);
  }
}

function order(url) {
  const basket = new Basket(url.searchParams.get('articles').split(',').map(Number));
  const onChange = () => basket.sum();
  prices.on('change', onChange);
  const sum = basket.sum();
  if (process.env.MENDED === 'yes') prices.off('change', onChange);
  return `${sum}\n`;
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  response.end(url.pathname === '/order' ? order(url) : `${catalogue.length} articles\n`);
});
server.listen(Number(process.env.PORT ?? 3211), '127.0.0.1');
