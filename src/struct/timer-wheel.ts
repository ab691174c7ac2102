/**
 * Deadlines of numbered slots: which have come, cheaply, whatever their number.
 *
 * A hierarchical timing wheel (G. Varghese and T. Lauck, 1987): nine levels of 32 places, a place of level 0 one
 * millisecond wide, of each further level 32 times as wide; together 1,115 years. A slot stands in the place of the
 * highest five-bit digit in which its deadline differs from the wheel's own time. So the first place in use on the
 * lowest level in use is always the next to come, and when time reaches a place, what is in it has come or moves down.
 *
 * Two liberties keep it cheap. A slot never stands *later* than its deadline, but may stand earlier: a deadline that is
 * put off (a value written again, an idle time renewed) is only noted, and the slot moves when its old place comes. And
 * the slots of a place that has come are looked at one by one, so that any call can stop after as many as it has time for.
 *
 * **Cost:** 16 bytes a slot and 2.3 KiB; scheduling and cancelling O(1), putting off one store; a slot is looked at once
 * for each level it comes down.
 */

const LEVELS = 9;
const DIGIT_BITS = 5;
const PLACES = 2 ** DIGIT_BITS;
const DIGIT_MASK = PLACES - 1;
/** Low digits, in which bit operations are safe: six levels. */
const LOW_LEVELS = 6;
const LOW_BITS: number = LOW_LEVELS * DIGIT_BITS;
const LOW_RANGE: number = 2 ** LOW_BITS;
/** The last moment that has a place; deadlines beyond it wait there. */
const LAST_MOMENT: number = 2 ** (LEVELS * DIGIT_BITS) - 1;

/** Lists are circular, through a head for each place; slot `n` is node `FIRST_NODE + n`. */
const DUE: number = LEVELS * PLACES;
const FIRST_NODE: number = DUE + 1;
const FIRST_ROOM = 16;

/** What {@link TimerWheel.advance} gives a slot to; the slot has no deadline any more. */
export type TakeSlot = (slot: number) => void;

export class TimerWheel {
  /** Deadline of each slot below {@link room}, `Infinity` without one; read it, do not write it. A new array after growth. */
  deadlines: Float64Array = new Float64Array(0);
  /** The earliest moment at which {@link advance} may find something: never after the first deadline. */
  nextDue: number = Infinity;
  #next: Uint32Array = emptyLists(0);
  #previous: Uint32Array = emptyLists(0);
  /** For each level, a bit for each place that is in use. */
  readonly #used: Int32Array = new Int32Array(LEVELS);
  /** The wheel's own time: everything in a place lies after it. */
  #time: number;
  #size = 0;

  /** `now`: the time at its beginning; a later one saves the first slots some steps down. */
  constructor(now: number = 0) {
    this.#time = Math.floor(now);
  }

  /** Slots below this need no growth. */
  get room(): number {
    return this.deadlines.length;
  }

  /** Slots that have a deadline. */
  get size(): number {
    return this.#size;
  }

  /** Gives `slot` a deadline in place of any it has: a whole number of milliseconds on the scale of {@link advance}. */
  schedule(slot: number, deadline: number): void {
    if (slot >= this.deadlines.length) this.reserve(Math.max(slot + 1, this.deadlines.length * 2, FIRST_ROOM));
    const old = this.deadlines[slot]!;
    if (deadline >= old && old !== Infinity) {
      if (deadline === Infinity) this.cancel(slot);
      else this.deadlines[slot] = deadline;
      return;
    }
    if (deadline === Infinity) return;
    if (old === Infinity) this.#size++;
    else this.#unlink(slot);
    this.deadlines[slot] = deadline;
    this.#place(slot, deadline);
  }

  /** Makes room for slots below `room`; otherwise room doubles as it is needed. */
  reserve(room: number): void {
    const { length } = this.deadlines;
    if (room <= length) return;
    const deadlines = new Float64Array(room).fill(Infinity, length);
    deadlines.set(this.deadlines);
    this.deadlines = deadlines;
    this.#next = grownLists(this.#next, room);
    this.#previous = grownLists(this.#previous, room);
  }

  /** Puts off the deadline of a slot that has one. A deadline that is not later than the old one is ignored. */
  putOff(slot: number, deadline: number): void {
    if (deadline > this.deadlines[slot]!) this.deadlines[slot] = deadline;
  }

  /** Takes away the deadline of `slot`, if it has one. */
  cancel(slot: number): void {
    if (slot >= this.deadlines.length || this.deadlines[slot] === Infinity) return;
    this.deadlines[slot] = Infinity;
    this.#size--;
    this.#unlink(slot);
  }

  /** Takes away every deadline, and gives the memory back. */
  clear(): void {
    this.deadlines = new Float64Array(0);
    this.#next = emptyLists(0);
    this.#previous = emptyLists(0);
    this.#used.fill(0);
    this.#size = 0;
    this.nextDue = Infinity;
  }

  /**
   * Hands each slot whose deadline is `now` or earlier to `take`, which may schedule and cancel as it likes. Looks at no
   * more than `limit` slots: what is left then waits for the next call, and {@link nextDue} stays in the past.
   *
   * @returns how many slots it looked at
   */
  advance(now: number, limit: number, take: TakeSlot): number {
    for (let looked = 0; ; looked++) {
      while (this.#next[DUE] === DUE) {
        const start = this.#firstStart();
        if (start > now) {
          this.#time = Math.max(this.#time, Math.min(Math.floor(now), LAST_MOMENT));
          this.nextDue = start;
          return looked;
        }
        this.#time = start;
        this.#openFirst();
      }
      this.nextDue = this.#time;
      if (looked >= limit) return looked;
      const slot = this.#next[DUE]! - FIRST_NODE;
      this.#unlink(slot);
      const deadline = this.deadlines[slot]!;
      if (deadline > now) this.#place(slot, deadline);
      else {
        this.deadlines[slot] = Infinity;
        this.#size--;
        take(slot);
      }
    }
  }

  /** Links a slot into the place of `deadline`. */
  #place(slot: number, deadline: number): void {
    const moment = Math.min(deadline, LAST_MOMENT);
    let head = DUE;
    if (moment > this.#time) {
      head = placeOf(moment, this.#time);
      this.#used[head >>> DIGIT_BITS]! |= 1 << (head & DIGIT_MASK);
      if (moment < this.nextDue) this.nextDue = Math.min(this.nextDue, this.#startOf(head));
    } else this.nextDue = Math.min(this.nextDue, this.#time);
    const node = FIRST_NODE + slot;
    const first = this.#next[head]!;
    this.#next[node] = first;
    this.#previous[node] = head;
    this.#next[head] = node;
    this.#previous[first] = node;
  }

  #unlink(slot: number): void {
    const node = FIRST_NODE + slot;
    const next = this.#next[node]!;
    const previous = this.#previous[node]!;
    this.#next[previous] = next;
    this.#previous[next] = previous;
    // Both neighbours the same: it was the only one, and they are its place's head.
    if (next === previous && next < DUE) this.#used[next >>> DIGIT_BITS]! &= ~(1 << (next & DIGIT_MASK));
  }

  /** The place that comes first, or -1. */
  #firstHead(): number {
    for (let level = 0; level < LEVELS; level++) {
      const used = this.#used[level]!;
      if (used !== 0) return level * PLACES + (31 - Math.clz32(used & -used));
    }
    return -1;
  }

  #firstStart(): number {
    const head = this.#firstHead();
    return head < 0 ? Infinity : this.#startOf(head);
  }

  /** When a place comes: it lies in the block of its level that the wheel's time is in. */
  #startOf(head: number): number {
    const width = 2 ** (DIGIT_BITS * (head >>> DIGIT_BITS));
    const block = width * PLACES;
    return Math.floor(this.#time / block) * block + (head & DIGIT_MASK) * width;
  }

  /** Moves the slots of the first place, all at once, to the list of those to be looked at. */
  #openFirst(): void {
    const head = this.#firstHead();
    const first = this.#next[head]!;
    const last = this.#previous[head]!;
    this.#next[DUE] = first;
    this.#previous[first] = DUE;
    this.#previous[DUE] = last;
    this.#next[last] = DUE;
    this.#next[head] = head;
    this.#previous[head] = head;
    this.#used[head >>> DIGIT_BITS]! &= ~(1 << (head & DIGIT_MASK));
  }
}

/** The place for `moment` while the time is `time`, which is before it. */
function placeOf(moment: number, time: number): number {
  const high = Math.floor(moment / LOW_RANGE);
  const highDifference = high ^ Math.floor(time / LOW_RANGE);
  if (highDifference !== 0) {
    const level = Math.floor((31 - Math.clz32(highDifference)) / DIGIT_BITS);
    return (LOW_LEVELS + level) * PLACES + ((high >>> (level * DIGIT_BITS)) & DIGIT_MASK);
  }
  const low = moment % LOW_RANGE;
  const level = Math.floor((31 - Math.clz32(low ^ (time % LOW_RANGE))) / DIGIT_BITS);
  return level * PLACES + ((low >>> (level * DIGIT_BITS)) & DIGIT_MASK);
}

function emptyLists(room: number): Uint32Array {
  const links = new Uint32Array(FIRST_NODE + room);
  for (let head = 0; head <= DUE; head++) links[head] = head;
  return links;
}

function grownLists(links: Uint32Array, room: number): Uint32Array {
  const larger = new Uint32Array(FIRST_NODE + room);
  larger.set(links);
  return larger;
}
