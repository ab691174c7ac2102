/**
 * Whom the bus hears of, and up to where: a number left out, another epoch or a silence means that something was missed.
 *
 * Who had begun before we did has sent messages that were not for us. They tell, in the order in which the server handed on
 * messages, which of their own came after ours, once they have heard us: from that number on we should have heard all of them.
 */
import type { BusMessage } from './message.ts';

interface Origin {
  epoch: number;
  seq: number;
  heardAt: number;
  isSilent: boolean;
}

/** Somebody of whom it is not known yet whether a message before the first one that was heard was meant for us. */
interface Unsure {
  readonly first: number;
  readonly since: number;
}

const BEGAN_BEFORE = 'a process was heard that had begun before';

/** Silent ones are forgotten beyond this, the longest silent first; one that comes back then counts as unheard. */
const MOST = 10_000;

export class Origins {
  readonly #origins = new Map<string, Origin>();
  readonly #unsure = new Map<string, Unsure>();
  readonly #own: string;

  /** @param own - the origin that hears */
  constructor(own: string) {
    this.#own = own;
  }

  get size(): number {
    return this.#origins.size;
  }

  has(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** Takes note of a message; why something must have been missed before it, if so. */
  hear(message: BusMessage, now: number): string | undefined {
    const { origin, epoch, seq, isLast } = message;
    const known = this.#origins.get(origin);
    if (known === undefined && (epoch > 0 || seq > 0)) this.#unsure.set(origin, { first: seq, since: now });
    // Moved to the end, so that the first is the one unheard for longest.
    this.#origins.delete(origin);
    if (!isLast) this.#origins.set(origin, { epoch, seq, heardAt: now, isSilent: false });
    if (this.#origins.size > MOST) this.#origins.delete(this.#origins.keys().next().value!);
    const isSure = this.#makeSure(message);
    if (known !== undefined && epoch !== known.epoch) return 'another process could not tell what it wrote';
    if (known !== undefined && seq !== known.seq + 1) return 'a message is missing';
    return isSure ? undefined : BEGAN_BEFORE;
  }

  /** Whether somebody was last heard before `moment` and did not say goodbye. Each is told of once. */
  silentSince(moment: number): boolean {
    let found = false;
    for (const origin of this.#origins.values()) {
      if (origin.heardAt >= moment) break;
      if (!origin.isSilent) found = origin.isSilent = true;
    }
    return found;
  }

  /** Whether somebody was first heard before `moment` and has not said since that they have heard us. Each is told of once. */
  unsureSince(moment: number): boolean {
    let found = false;
    for (const [origin, { since }] of this.#unsure) {
      if (since >= moment) break;
      found = this.#unsure.delete(origin);
    }
    return found;
  }

  /** Whether nothing that was meant for us can be missing before the first message that we heard of them, or they may say so yet. */
  #makeSure({ origin, met, isLast }: BusMessage): boolean {
    const unsure = this.#unsure.get(origin);
    if (unsure === undefined) return true;
    const next = met.find((one) => one.origin === this.#own)?.next;
    if (next === undefined && !isLast) return true;
    this.#unsure.delete(origin);
    return next !== undefined && unsure.first <= next;
  }
}
