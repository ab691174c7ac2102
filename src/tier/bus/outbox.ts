/**
 * What is to be told to others: collected while the thread is busy, and sent in one message. Bounded: what cannot be sent is
 * dropped, and the epoch moves, from which everybody else knows that something is missing.
 */
import type { BusOp } from './bus.ts';
import { encodeMessage } from './message.ts';
import type { Meeting } from './message.ts';

/** Sends bytes; rejects when they cannot be known to be sent. */
export type Send = (bytes: Buffer) => Promise<unknown>;

/** Messages under way at most; meanwhile ops are collected. */
const MOST_UNDER_WAY = 16;
/** Ops in one message at most. */
const MOST_IN_ONE = 500;

export class Outbox {
  readonly origin: string;
  published = 0;
  unpublished = 0;
  readonly #maxQueued: number;
  #send: Send | undefined;
  #ops: BusOp[] = [];
  #met: Meeting[] = [];
  #epoch = 0;
  #seq = 0;
  #underWay = 0;
  #isScheduled = false;

  constructor(origin: string, maxQueued: number) {
    this.origin = origin;
    this.#maxQueued = maxQueued;
  }

  /** The number that the next message will have. */
  get nextSeq(): number {
    return this.#seq;
  }

  /** Where messages go from now on; nowhere without one. */
  connect(send: Send | undefined): void {
    this.#send = send;
  }

  add(op: BusOp): void {
    this.#ops.push(op);
    if (this.#ops.length > this.#maxQueued) this.#drop();
    this.#schedule();
  }

  /** Somebody was heard for the first time; they are told with the next message. */
  meet(meeting: Meeting): void {
    this.#met.push(meeting);
  }

  /** Sends what there is when the thread comes to it. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      while (this.#ops.length > 0 && this.#underWay < MOST_UNDER_WAY && this.#send !== undefined) void this.sendNow();
    });
  }

  /** Sends a message with what there is, which may be nothing: that says that we are here. */
  sendNow(isLast: boolean = false): Promise<void> {
    const send = this.#send;
    if (send === undefined || this.#underWay >= MOST_UNDER_WAY) return Promise.resolve();
    const ops = this.#ops.splice(0, MOST_IN_ONE);
    const met = this.#met.splice(0);
    const message = encodeMessage({ origin: this.origin, epoch: this.#epoch, seq: this.#seq++, met, isLast, ops });
    this.#underWay++;
    return attempt(send, message)
      .then(
        () => void this.published++,
        () => {
          this.unpublished++;
          this.#epoch++;
        },
      )
      .finally(() => {
        this.#underWay--;
        if (this.#ops.length > 0) this.#schedule();
      });
  }

  #drop(): void {
    this.#ops = [];
    this.unpublished++;
    this.#epoch++;
    // The message that they would have been in; who has not heard us yet takes it for a missing one.
    this.#seq++;
  }
}

async function attempt(send: Send, bytes: Buffer): Promise<unknown> {
  return send(bytes);
}
