#!/usr/bin/env node
// The load on the gateway: the same for both forms, by its seed. As a program it drives one round on the gateway at
// GATEWAY_URL (http://127.0.0.1:8080), for `plimsoll run --drive`, and fails when nobody is there, or when work was lost
// unless LOAD_MAY_LOSE is set. LOAD_FILL: so many chats more before the first round.
import { setTimeout as pause } from 'node:timers/promises';
import { randomSource } from '../../bench/lib/stats.mjs';
import { isMain } from '../../scripts/lib/main.mjs';
import { DEFAULT_SEED } from '../frame/program.mjs';
import { answerTo } from './answers.mjs';
import { Client } from './client.mjs';

export const SEED = DEFAULT_SEED;
const TENANTS = 3_000;
const REMEMBERED = 3_000;
const QUESTIONS = 40;
const BURST = 16;
/** What a hundred requests are; a burst is many at once, of the same question. */
const MIX = { chat: 58, artifact: 20, complete: 16, burst: 1, intruder: 5 };
/** How many in a hundred who chat hang up in the middle, or read slowly. */
const VANISH = 15;
const SLOW = 8;

/** @typedef {import('./client.mjs').Ending} Ending */

/** What became of the requests. */
export class Tally {
  /** @type {Record<Ending, number>} */
  counts = { whole: 0, ended: 0, bye: 0, refused: 0, missing: 0, vanished: 0, notAccepted: 0, lost: 0 };
  /** @type {Map<string, number>} */
  reasons = new Map();
  found = 0;
  ms = 0;
  /** Our ends of new connections on which a request was lost. @type {{ port: number, reason: string }[]} */
  lostAt = [];

  /** @param {import('./client.mjs').Outcome} outcome */
  note({ ending, reason, port }) {
    this.counts[ending]++;
    if (port !== undefined) this.lostAt.push({ port, reason });
    if (reason !== undefined) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  get requests() {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** @param {Tally} other */
  add(other) {
    for (const ending of Object.keys(this.counts)) this.counts[ending] += other.counts[ending];
    for (const [reason, count] of other.reasons) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + count);
    this.found += other.found;
    this.ms += other.ms;
    return this;
  }

  /**
   * What was lost at the door is not a request that was accepted: the system had taken the connection, and the service had
   * not. Gives how many there were.
   *
   * @param {ReadonlySet<number>} accepted The ends of all connections that the service had accepted.
   */
  excuse(accepted) {
    const atTheDoor = this.lostAt.filter(({ port }) => !accepted.has(port));
    for (const { reason } of atTheDoor) {
      this.counts.lost--;
      this.counts.notAccepted++;
      this.reasons.set(reason, this.reasons.get(reason) - 1);
      if (this.reasons.get(reason) === 0) this.reasons.delete(reason);
    }
    return atTheDoor.length;
  }

  /** All of it in a line. */
  get text() {
    const parts = Object.entries(this.counts).filter(([, count]) => count > 0);
    const reasons = [...this.reasons].map(([reason, count]) => `${count}x ${reason}`);
    const why = reasons.length === 0 ? '' : ` (${reasons.slice(0, 5).join('; ')})`;
    return `${this.requests} requests in ${(this.ms / 1000).toFixed(1)} s: ${parts.map((part) => part.reverse().join(' ')).join(', ')}${why}`;
  }
}

export class Load {
  #client;
  #random;
  #concurrency;
  #asked = 0;
  /** Artifacts that were told of, newest last. @type {{ id: string, prompt: string }[]} */
  #artifacts = [];
  #isStopped = false;

  /** @param {{ url: string, seed?: number, patienceMs?: number, concurrency?: number }} options */
  constructor({ url, seed = SEED, patienceMs = 6_000, concurrency = 24 }) {
    this.#client = new Client(url, patienceMs);
    this.#random = randomSource(seed);
    this.#concurrency = concurrency;
  }

  close() {
    this.stop();
    this.#client.close();
  }

  /** Lets go of the connections that it keeps. */
  rest() {
    this.#client.rest();
  }

  /** Sends nothing more; what is under way goes on. */
  stop() {
    this.#isStopped = true;
  }

  /** As many well-behaved chats of as many tenants: fills stores. */
  async fill(chats) {
    return this.#run(chats, (tally, at) => this.#chat(tally, `sk-${at % TENANTS}`, `quick ${at}`, 'reads'));
  }

  /** One round: so many requests of the mix, a few at once. */
  async round(requests) {
    return this.#run(requests, (tally) => this.#any(tally));
  }

  /** So many callers who ask the same question at the same moment; answering it takes the model a while. */
  async together(callers) {
    const prompts = Array.from({ length: 1_000 }, (_, at) => `asked by many at once, ${at}`);
    const slow = prompts.find((prompt) => answerTo(prompt).fate === 'slow');
    const outcomes = Array.from({ length: callers }, () => this.#client.complete('sk-1', slow));
    const tally = new Tally();
    for (const outcome of await Promise.all(outcomes)) tally.note(outcome);
    return tally;
  }

  /** Reads the artifacts that were made last. */
  async readKept(count) {
    const newest = this.#artifacts.slice(-count);
    return this.#run(newest.length, async (tally, at) => {
      tally.note(await this.#client.artifact('sk-1', newest[at].id, newest[at].prompt));
    });
  }

  async #run(requests, send) {
    const tally = new Tally();
    const begun = performance.now();
    let sent = 0;
    const work = async () => {
      while (sent < requests && !this.#isStopped) {
        const { notAccepted } = tally.counts;
        await send(tally, sent++);
        // Nobody is there: as a client would, it waits before it comes back.
        if (tally.counts.notAccepted > notAccepted) await pause(20);
      }
    };
    await Promise.all(Array.from({ length: this.#concurrency }, work));
    tally.ms = performance.now() - begun;
    return tally;
  }

  async #any(tally) {
    const kind = this.#pick(MIX);
    // A few tenants come often, many come seldom.
    const credential = `sk-${Math.floor(TENANTS * this.#random() ** 2)}`;
    if (kind === 'chat') await this.#chat(tally, credential, `prompt ${this.#asked++}`, this.#manner());
    else if (kind === 'artifact') await this.#artifact(tally, credential);
    else if (kind === 'intruder') tally.note(await this.#client.intrude(`nobody-${this.#below(200)}`));
    else await this.#ask(tally, kind === 'burst' ? BURST : 1, credential);
  }

  async #ask(tally, callers, credential) {
    const question = `question ${this.#below(QUESTIONS)}`;
    const outcomes = Array.from({ length: callers }, () => this.#client.complete(credential, question));
    for (const outcome of await Promise.all(outcomes)) tally.note(outcome);
  }

  async #chat(tally, credential, prompt, manner) {
    const outcome = await this.#client.chat(credential, prompt, manner, this.#below(1_500));
    tally.note(outcome);
    if (outcome.artifact === undefined) return;
    this.#artifacts.push({ id: outcome.artifact, prompt });
    if (this.#artifacts.length > REMEMBERED) this.#artifacts.shift();
  }

  async #artifact(tally, credential) {
    const count = this.#artifacts.length;
    if (count === 0) return;
    // What was made of late is asked for most.
    const { id, prompt } = this.#artifacts[count - 1 - Math.floor(count * this.#random() ** 3)];
    const outcome = await this.#client.artifact(credential, id, prompt);
    if (outcome.ending === 'whole') tally.found++;
    tally.note(outcome);
  }

  #manner() {
    const roll = this.#random() * 100;
    if (roll < VANISH) return 'vanishes';
    return roll < VANISH + SLOW ? 'readsSlowly' : 'reads';
  }

  #pick(shares) {
    let roll = this.#random() * 100;
    return Object.keys(shares).find((name) => (roll -= shares[name]) < 0) ?? Object.keys(shares)[0];
  }

  #below(bound) {
    return Math.floor(this.#random() * bound);
  }
}

async function main() {
  const { GATEWAY_URL = 'http://127.0.0.1:8080', LOAD_REQUESTS = '300', PLIMSOLL_ROUND = '0' } = process.env;
  const { LOAD_FILL = '0', LOAD_MAY_LOSE = '' } = process.env;
  const load = new Load({ url: GATEWAY_URL, seed: SEED + Number(PLIMSOLL_ROUND) });
  // Before the first round only: stores that are filling would be seen to grow.
  const filled = Number(PLIMSOLL_ROUND) === 1 ? await load.fill(Number(LOAD_FILL)) : new Tally();
  const tally = (await load.round(Number(LOAD_REQUESTS))).add(filled);
  load.close();
  console.log(`load: ${tally.text}`);
  const hasReached = tally.counts.notAccepted < tally.requests;
  if (!hasReached || (tally.counts.lost > 0 && LOAD_MAY_LOSE === '')) process.exitCode = 1;
}

if (isMain(import.meta.url)) await main();
