// LIRS (Jiang and Zhang, SIGMETRICS 2002).
import { Lists } from '../lists.mjs';

const [NOWHERE, LOW, HIGH, GHOST] = [0, 1, 2, 3];

/** 1 % of the capacity for keys of high recency, twice the capacity in ghosts. */
export class Lirs {
  constructor(capacity, count) {
    this.highMax = Math.max(2, Math.round(capacity * 0.01));
    this.lowMax = capacity - this.highMax;
    this.ghostMax = capacity * 2;
    this.stack = new Lists(count, 1);
    this.queue = new Lists(count, 1);
    this.ghosts = new Lists(count, 1);
    this.isOnStack = new Uint8Array(count);
    this.state = new Uint8Array(count);
    this.low = 0;
  }

  access(id) {
    const was = this.state[id];
    if (was === LOW) this.touchLow(id);
    else if (was === HIGH) this.touchHigh(id);
    else if (was === GHOST) this.returnGhost(id);
    else this.insert(id);
    return was === LOW || was === HIGH;
  }

  touchLow(id) {
    const wasBottom = this.stack.oldest(0) === id;
    this.toTop(id);
    if (wasBottom) this.prune();
  }

  touchHigh(id) {
    const wasOnStack = this.isOnStack[id] === 1;
    this.toTop(id);
    this.queue.remove(0, id);
    if (wasOnStack) this.makeLow(id);
    else this.queue.push(0, id);
  }

  returnGhost(id) {
    this.ghosts.remove(0, id);
    // Without this the ghost that comes back would be dropped from the stack to make room for itself.
    this.state[id] = NOWHERE;
    if (this.low >= this.lowMax) this.makeRoom();
    this.toTop(id);
    this.makeLow(id);
  }

  insert(id) {
    if (this.low < this.lowMax) {
      this.state[id] = LOW;
      this.low++;
      this.toTop(id);
      return;
    }
    this.makeRoom();
    this.state[id] = HIGH;
    this.toTop(id);
    this.queue.push(0, id);
  }

  makeLow(id) {
    this.state[id] = LOW;
    this.low++;
    if (this.low > this.lowMax) this.demoteBottom();
  }

  toTop(id) {
    if (this.isOnStack[id] === 1) this.stack.remove(0, id);
    this.stack.push(0, id);
    this.isOnStack[id] = 1;
  }

  offStack(id) {
    this.stack.remove(0, id);
    this.isOnStack[id] = 0;
  }

  demoteBottom() {
    const bottom = this.stack.oldest(0);
    this.offStack(bottom);
    this.state[bottom] = HIGH;
    this.low--;
    this.queue.push(0, bottom);
    this.prune();
  }

  /** The bottom of the stack is always one of low recency. */
  prune() {
    for (let bottom = this.stack.oldest(0); bottom !== undefined; bottom = this.stack.oldest(0)) {
      if (this.state[bottom] === LOW) return;
      this.offStack(bottom);
      if (this.state[bottom] === GHOST) this.forget(bottom);
    }
  }

  forget(id) {
    this.ghosts.remove(0, id);
    this.state[id] = NOWHERE;
  }

  makeRoom() {
    if (this.queue.sizes[0] < this.highMax) return;
    const victim = this.queue.shift(0);
    this.state[victim] = NOWHERE;
    if (this.isOnStack[victim] === 0) return;
    this.state[victim] = GHOST;
    this.ghosts.push(0, victim);
    if (this.ghosts.sizes[0] <= this.ghostMax) return;
    const oldest = this.ghosts.oldest(0);
    this.forget(oldest);
    this.offStack(oldest);
  }
}
