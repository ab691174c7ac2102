// The same session, with a scope that ends what it opened and a store that has bounds.
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { Cache } from 'plimsoll/cache';
import { Scope } from 'plimsoll/scope';

const LONGEST_TEXT = 1_000_000;

export const bus = new EventEmitter().setMaxListeners(0);
export const visits = new Cache({ name: 'visits', maxEntries: 10, warnUtilisation: false });
export const pages = new Cache({ name: 'pages', maxEntries: 10, warnUtilisation: false });

export class Session {
  #scope = new Scope({ name: 'session' });

  constructor(id, file) {
    this.file = file;
    this.drawn = 0;
    // A circular reference, which is no leak: the two go together.
    this.renderer = { session: this };
    visits.set(id, Date.now());
    this.#scope.on(bus, 'news', () => this.draw());
    this.#scope.setInterval(() => this.draw(), 60_000);
    this.#scope.setInterval(() => this.draw(), 1_000);
  }

  draw() {
    this.drawn++;
  }

  pageOf(url) {
    let page = pages.get(url);
    if (page === undefined) {
      page = `page of ${url} `.repeat(100);
      pages.set(url, page);
    }
    return page;
  }

  async receive(request) {
    let length = 0;
    for await (const chunk of this.#scope.stream(request)) {
      length += chunk.length;
      if (length > LONGEST_TEXT) throw new RangeError(`Expected at most ${LONGEST_TEXT} characters.`);
    }
    return length;
  }

  log(entry) {
    const handle = fs.openSync(this.file, 'a');
    try {
      fs.writeSync(handle, `${JSON.stringify(entry)}\n`);
    } finally {
      fs.closeSync(handle);
    }
  }

  close() {
    return this.#scope.close();
  }
}
