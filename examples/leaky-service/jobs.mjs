import { setImmediate as nextTurn } from 'node:timers/promises';
import { bus } from './bus.mjs';

const CONCURRENCY = 2;
const ROWS_PER_TURN = 20;
const HEARTBEAT_MS = 20_000;

/** One export of the catalogue as text, made a few rows at a time. */
export class ExportJob {
  rows = [];
  state = 'waiting';
  seenAt = Date.now();

  constructor(id, skus) {
    this.id = id;
    this.skus = skus;
  }

  /** Tells the supervisor that this job is alive. */
  beat() {
    this.seenAt = Date.now();
  }
}

/** Runs exports, a few at a time, in the order they came. */
export class JobQueue {
  #catalogue;
  #waiting = [];
  #running = 0;
  #lastId = 0;

  constructor(catalogue) {
    this.#catalogue = catalogue;
  }

  get depth() {
    return this.#waiting.length + this.#running;
  }

  /** Queues an export of these products; the job's text comes with `done`. */
  add(skus) {
    const job = new ExportJob(++this.#lastId, skus);
    const done = new Promise((resolve, reject) => this.#waiting.push({ job, resolve, reject }));
    this.#startNext();
    return { id: job.id, done };
  }

  #startNext() {
    if (this.#running >= CONCURRENCY || this.#waiting.length === 0) return;
    const { job, resolve, reject } = this.#waiting.shift();
    this.#running++;
    void this.#run(job)
      .then(resolve, reject)
      .finally(() => {
        this.#running--;
        this.#startNext();
      });
  }

  async #run(job) {
    setInterval(() => job.beat(), HEARTBEAT_MS).unref();
    job.state = 'running';
    for (let from = 0; from < job.skus.length; from += ROWS_PER_TURN) {
      for (const sku of job.skus.slice(from, from + ROWS_PER_TURN)) job.rows.push(this.#row(sku));
      await nextTurn();
    }
    job.state = 'done';
    bus.emit('export:done', job.id);
    return job.rows.join('\n');
  }

  #row(sku) {
    const { title, price, stock } = this.#catalogue.get(sku);
    return [sku, title, price.cents / 100, price.currency, stock.quayside + stock.warehouse].join(';');
  }
}
