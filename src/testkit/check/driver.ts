/** Calls the work, and knows how often. Nothing of what it returns is kept. */
import { compileFunction } from 'node:vm';

/** What is checked; gets the number of the call, from 0. May return a promise, which is waited for. */
export type Work = (call: number) => unknown;

export class Driver {
  readonly #work: Work;
  #call: (work: Work, call: number) => unknown = callDirectly;
  #calls = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  get calls(): number {
    return this.#calls;
  }

  async run(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const pending = this.#once();
      if (pending !== undefined) await pending;
    }
  }

  /**
   * Calls from now on through code that V8 has not compiled yet. Into what has run often it inlines the work, which then has
   * no frame of its own that a profiler could see.
   */
  showWork(): void {
    this.#call = freshCaller();
  }

  /** Apart from the loop, so that no frame which waits holds a result. */
  #once(): Promise<void> | undefined {
    const result = this.#call(this.#work, this.#calls++);
    return isThenable(result) ? Promise.resolve(result).then(forget) : undefined;
  }
}

function callDirectly(work: Work, call: number): unknown {
  return work(call);
}

function freshCaller(): (work: Work, call: number) => unknown {
  try {
    return compileFunction('return work(call);', ['work', 'call']) as typeof callDirectly;
  } catch {
    // A process that may make no code of text does without.
    return callDirectly;
  }
}

function forget(): void {}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
