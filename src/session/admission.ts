/**
 * Who may have a session: room for so many, and for so many bytes, and those who wait for it, first come, first served.
 *
 * Whoever waits for the end of a session of his own name stands in nobody's way; whoever waits for room lets nobody pass.
 */
import type { Clock, Timer } from '../base/clock.ts';

/** Somebody who wants a session. */
export interface Request<S> {
  readonly id: string;
  /** Bytes to be kept for it. */
  readonly bytes: number;
  /** Makes it, when there is room. */
  readonly make: () => S;
}

/** What holds room: from its opening until it has ended. */
export interface Member {
  readonly reservedBytes: number;
  readonly state: 'open' | 'closing' | 'closed';
}

/** One who waits. */
class Waiter<S> {
  readonly request: Request<S>;
  readonly resolve: (session: S) => void;
  readonly reject: (error: unknown) => void;
  release: () => void = () => {};

  constructor(request: Request<S>, resolve: (session: S) => void, reject: (error: unknown) => void) {
    this.request = request;
    this.resolve = resolve;
    this.reject = reject;
  }
}

/** How long one waits, and until what. */
export interface Patience {
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  readonly timeOut: (id: string, ms: number) => unknown;
}

export class Admission<S extends Member> {
  readonly #maxSessions: number;
  readonly #totalBytes: number;
  /** Told of each new member, when all is in order. */
  readonly #welcome: (member: S) => void;
  /** By name, the least recently used first; those included that are closing. */
  readonly members: Map<string, S> = new Map();
  readonly #waiting: Set<Waiter<S>> = new Set();
  #reservedBytes = 0;

  constructor(maxSessions: number, totalBytes: number, welcome: (member: S) => void) {
    this.#maxSessions = maxSessions;
    this.#totalBytes = totalBytes;
    this.#welcome = welcome;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  get reservedBytes(): number {
    return this.#reservedBytes;
  }

  /** Puts a request at the end of the queue and serves whoever can be; `undefined` when it would have to wait. */
  ask(request: Request<S>): S | undefined {
    let served: S | undefined;
    let failure: { readonly error: unknown } | undefined;
    const waiter = new Waiter<S>(
      request,
      (session) => (served = session),
      (error) => (failure = { error }),
    );
    this.#waiting.add(waiter);
    this.serve();
    this.#waiting.delete(waiter);
    if (failure !== undefined) throw failure.error;
    return served;
  }

  /** Waits for room. */
  wait(request: Request<S>, { deadlineMs, signal, clock, timeOut }: Patience): Promise<S> {
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(request, resolve, reject);
      this.#waiting.add(waiter);
      let timer: Timer | undefined;
      const abort = (): void => this.#giveUp(waiter, signal!.reason);
      // Not written to the field at once: V8 would put it into the old generation, and what it keeps stays until that is collected.
      const release = (): void => {
        timer?.cancel();
        signal?.removeEventListener('abort', abort);
      };
      waiter.release = release;
      signal?.addEventListener('abort', abort);
      if (deadlineMs === Infinity) return;
      const late = (): void => this.#giveUp(waiter, timeOut(request.id, deadlineMs));
      // It keeps the process up: somebody waits for the answer.
      timer = clock.startTimer(late, deadlineMs, { keepAlive: true });
    });
  }

  /** Gives sessions to those in the queue for whom there is room, or whose session is there. */
  serve(): void {
    let isBlocked = false;
    const all = [...this.#waiting];
    for (const waiter of all) {
      // Whoever was served may have closed sessions, and had the rest of the queue served.
      if (!this.#waiting.has(waiter)) continue;
      const present = this.members.get(waiter.request.id);
      if (present?.state === 'open') this.#settle(waiter, present);
      else if (present !== undefined || isBlocked) continue;
      else if (this.#fits(waiter.request.bytes)) this.#admit(waiter);
      else isBlocked = true;
    }
  }

  /** Refuses all who wait. */
  refuse(error: (id: string) => unknown): void {
    const all = [...this.#waiting];
    for (const waiter of all) this.#giveUp(waiter, error(waiter.request.id));
  }

  /** A member has ended: its room is free. */
  leave(id: string, member: S): void {
    if (this.members.get(id) !== member) return;
    this.members.delete(id);
    this.#reservedBytes -= this.#kept(member.reservedBytes);
  }

  /** Calls `close` with one member after the other, of those `mayClose`, until all who wait will have room. */
  makeRoom(mayClose: (member: S) => boolean, close: (member: S) => void): void {
    const closing = [...this.members.values()].filter(({ state }) => state !== 'open');
    let places = this.#maxSessions - this.members.size + closing.length;
    let bytes =
      this.#totalBytes - this.#reservedBytes + closing.reduce((sum, each) => sum + this.#kept(each.reservedBytes), 0);
    const candidates = [...this.members.values()].filter((member) => member.state === 'open' && mayClose(member));
    for (const { request } of this.#waiting) {
      if (this.members.has(request.id)) continue;
      while (places < 1 || bytes < this.#kept(request.bytes)) {
        const victim = candidates.shift();
        if (victim === undefined) return;
        places++;
        bytes += this.#kept(victim.reservedBytes);
        close(victim);
      }
      places--;
      bytes -= this.#kept(request.bytes);
    }
  }

  #fits(bytes: number): boolean {
    return this.members.size < this.#maxSessions && this.#reservedBytes + this.#kept(bytes) <= this.#totalBytes;
  }

  /** Bytes that count: none where there is no bound to keep them for. */
  #kept(bytes: number): number {
    return this.#totalBytes === Infinity ? 0 : bytes;
  }

  #admit(waiter: Waiter<S>): void {
    const { id, bytes, make } = waiter.request;
    let member: S;
    try {
      member = make();
    } catch (error) {
      return this.#giveUp(waiter, error);
    }
    this.members.set(id, member);
    this.#reservedBytes += this.#kept(bytes);
    this.#settle(waiter, member);
    this.#welcome(member);
  }

  #settle(waiter: Waiter<S>, session: S): void {
    this.#waiting.delete(waiter);
    waiter.release();
    waiter.resolve(session);
  }

  #giveUp(waiter: Waiter<S>, error: unknown): void {
    if (!this.#waiting.delete(waiter)) return;
    waiter.release();
    waiter.reject(error);
    // It may have stood in the way of a smaller one.
    this.serve();
  }
}
