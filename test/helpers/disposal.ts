/**
 * The contract of TC39's disposable stacks, and random programs over them, for whatever claims to be such a stack. Plain
 * enough that Node.js 24 runs this file as it is.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';

/** As much of a stack as all of them have. */
export interface StackLike {
  readonly disposed: boolean;
  use<T>(value: T): T;
  adopt<T>(value: T, onDispose: (value: T) => unknown): T;
  defer(onDispose: () => unknown): void;
  move(): StackLike;
}

export type SyncStack = StackLike & Disposable;
export type AsyncStack = StackLike & AsyncDisposable;

/** The makers of one implementation. */
export interface Disposal {
  readonly sync: () => SyncStack;
  readonly async: () => AsyncStack;
}

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return [error];
  }
  return undefined;
}

async function rejected(run: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return [error];
  }
  return undefined;
}

function dispose(stack: SyncStack): void {
  stack[Symbol.dispose]();
}

function disposeAsync(stack: AsyncStack): PromiseLike<void> {
  return stack[Symbol.asyncDispose]();
}

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The twenty behaviours, by name; each throws when it does not hold. */
export const BEHAVIOURS: Readonly<Record<string, (disposal: Disposal) => unknown>> = {
  'a new stack is not disposed': ({ sync, async }) => {
    assert.equal(sync().disposed, false);
    assert.equal(async().disposed, false);
  },
  'the last comes first': ({ sync }) => {
    const [stack, log] = [sync(), [] as number[]];
    for (const number of [1, 2, 3]) stack.defer(() => log.push(number));
    dispose(stack);
    assert.deepEqual(log, [3, 2, 1]);
  },
  'it is disposed afterwards': ({ sync }) => {
    const stack = sync();
    dispose(stack);
    assert.equal(stack.disposed, true);
  },
  'a second disposal does nothing': async ({ sync, async }) => {
    let count = 0;
    const stack = sync();
    stack.defer(() => count++);
    dispose(stack);
    dispose(stack);
    const other = async();
    other.defer(() => count++);
    await disposeAsync(other);
    assert.equal(await disposeAsync(other), undefined);
    assert.equal(count, 2);
  },
  'what comes after disposal is a ReferenceError': ({ sync }) => {
    const stack = sync();
    dispose(stack);
    assert.throws(() => stack.defer(() => {}), ReferenceError);
    assert.throws(() => stack.use({ [Symbol.dispose]() {} }), ReferenceError);
    assert.throws(() => stack.use(null), ReferenceError);
    assert.throws(() => stack.adopt(1, () => {}), ReferenceError);
    assert.throws(() => stack.move(), ReferenceError);
    assert.throws(() => stack.use({} as never), ReferenceError);
  },
  'what is no disposable is a TypeError, and not kept': ({ sync, async }) => {
    const stack = sync();
    for (const value of [{}, 1, 'text', true, { [Symbol.dispose]: 1 }]) {
      assert.throws(() => stack.use(value as never), TypeError);
      assert.throws(() => async().use(value as never), TypeError);
    }
    assert.throws(() => stack.defer(1 as never), TypeError);
    assert.throws(() => stack.adopt(1, null as never), TypeError);
    dispose(stack);
  },
  'null and undefined pass': ({ sync }) => {
    const stack = sync();
    assert.equal(stack.use(null), null);
    assert.equal(stack.use(undefined), undefined);
    dispose(stack);
  },
  'the method is read once, when the value is given': ({ sync }) => {
    const [stack, log] = [sync(), [] as string[]];
    stack.use({
      get [Symbol.dispose]() {
        log.push('read');
        return () => log.push('called') as unknown as void;
      },
    });
    assert.deepEqual(log, ['read']);
    dispose(stack);
    assert.deepEqual(log, ['read', 'called']);
  },
  'the receiver is the value': ({ sync }) => {
    const stack = sync();
    const receivers: unknown[] = [];
    const value = {
      [Symbol.dispose](this: unknown) {
        receivers.push(this);
      },
    };
    assert.equal(stack.use(value), value);
    dispose(stack);
    assert.equal(receivers[0], value);
  },
  'two errors make a SuppressedError of the later and the earlier': ({ sync }) => {
    const stack = sync();
    const [first, second] = [new Error('first'), new Error('second')];
    stack.defer(() => {
      throw second;
    });
    stack.defer(() => {
      throw first;
    });
    const [error] = caught(() => dispose(stack)) as [{ name: string; error: unknown; suppressed: unknown }];
    assert.equal(error.name, 'SuppressedError');
    assert.ok(error instanceof Error);
    assert.equal(error.error, second);
    assert.equal(error.suppressed, first);
  },
  'a single error is thrown as it is, and all the others run': ({ sync }) => {
    const [stack, log] = [sync(), [] as number[]];
    const failure = new Error('only');
    stack.defer(() => log.push(1));
    stack.defer(() => {
      throw failure;
    });
    stack.defer(() => log.push(3));
    assert.deepEqual(
      caught(() => dispose(stack)),
      [failure],
    );
    assert.deepEqual(log, [3, 1]);
  },
  'a thrown undefined is not lost': async ({ sync, async }) => {
    const stack = sync();
    stack.defer(() => {
      throw undefined;
    });
    assert.deepEqual(
      caught(() => dispose(stack)),
      [undefined],
    );
    const other = async();
    other.defer(() => Promise.reject(undefined));
    assert.deepEqual(await rejected(() => disposeAsync(other)), [undefined]);
  },
  'move empties the old stack and disposes it': ({ sync }) => {
    const [stack, log] = [sync(), [] as number[]];
    stack.defer(() => log.push(1));
    const heir = stack.move();
    assert.equal(stack.disposed, true);
    assert.equal(heir.disposed, false);
    assert.deepEqual(log, []);
    dispose(heir as SyncStack);
    assert.deepEqual(log, [1]);
  },
  'adopt passes the value on, and gives it back': ({ sync }) => {
    const [stack, log] = [sync(), [] as unknown[]];
    assert.equal(
      stack.adopt('value', (...args) => log.push(...args)),
      'value',
    );
    dispose(stack);
    assert.deepEqual(log, ['value']);
  },
  'asynchronous disposers run one after the other': async ({ async }) => {
    const [stack, log] = [async(), [] as string[]];
    for (const name of ['a', 'b']) {
      stack.defer(async () => {
        log.push(`${name} begins`);
        await later();
        log.push(`${name} ends`);
      });
    }
    await disposeAsync(stack);
    assert.deepEqual(log, ['b begins', 'b ends', 'a begins', 'a ends']);
  },
  'asynchronous disposal always gives a promise': async ({ async }) => {
    const stack = async();
    for (let time = 0; time < 2; time++) {
      const promise = disposeAsync(stack);
      assert.ok(promise instanceof Promise);
      assert.equal(await promise, undefined);
    }
  },
  'asynchronous disposal falls back on the synchronous method': async ({ async }) => {
    const [stack, log] = [async(), [] as string[]];
    stack.use({ [Symbol.dispose]: () => void log.push('sync') });
    await disposeAsync(stack);
    assert.deepEqual(log, ['sync']);
  },
  'asynchronous disposal prefers the asynchronous method': async ({ async }) => {
    const [stack, log] = [async(), [] as string[]];
    stack.use({ [Symbol.dispose]: () => void log.push('sync'), [Symbol.asyncDispose]: () => log.push('async') });
    await disposeAsync(stack);
    assert.deepEqual(log, ['async']);
  },
  'rejections form a chain': async ({ async }) => {
    const stack = async();
    stack.defer(() => Promise.reject('second'));
    stack.defer(async () => {
      throw 'first';
    });
    const [error] = (await rejected(() => disposeAsync(stack))) as [{ error: unknown; suppressed: unknown }];
    assert.deepEqual([error.error, error.suppressed], ['second', 'first']);
  },
  'it is disposed while disposers run': async ({ sync, async }) => {
    const seen: boolean[] = [];
    const stack = sync();
    stack.defer(() => seen.push(stack.disposed));
    dispose(stack);
    const other = async();
    other.defer(() => seen.push(other.disposed));
    await disposeAsync(other);
    assert.deepEqual(seen, [true, true]);
  },
};

/** One thing given to a stack. `kind` is the method, `outcome` what its disposer does. */
interface Step {
  readonly kind: 'use' | 'useAsync' | 'useBoth' | 'adopt' | 'defer' | 'nested' | 'move' | 'null' | 'wrong';
  readonly outcome: 'ends' | 'throws' | 'rejects' | 'waits';
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('use', 'useAsync', 'useBoth', 'adopt', 'defer', 'nested', 'move', 'null', 'wrong'),
    outcome: fc.constantFrom('ends', 'throws', 'rejects', 'waits'),
  }),
  { maxLength: 12 },
);

/** An error chain as plain data. */
function shapeOf(thrown: unknown): unknown {
  if (thrown instanceof Error && thrown.name === 'SuppressedError') {
    const { error, suppressed } = thrown as Error & { error: unknown; suppressed: unknown };
    return { error: shapeOf(error), suppressed: shapeOf(suppressed) };
  }
  return thrown instanceof Error ? thrown.name : thrown;
}

/** Gives a random program to a stack, disposes of it, and tells all that could be seen. */
class Trial {
  readonly log: unknown[] = [];
  readonly #isAsync: boolean;
  readonly #make: () => StackLike;
  #stack: StackLike;

  constructor(make: () => StackLike, isAsync: boolean) {
    this.#make = make;
    this.#isAsync = isAsync;
    this.#stack = make();
  }

  async run(program: readonly Step[]): Promise<readonly unknown[]> {
    program.forEach((step, at) => this.#give(step, at));
    const thrown = this.#isAsync
      ? await rejected(() => disposeAsync(this.#stack as AsyncStack))
      : caught(() => dispose(this.#stack as SyncStack));
    this.log.push('over', this.#stack.disposed, thrown === undefined ? 'nothing' : shapeOf((thrown as unknown[])[0]));
    return this.log;
  }

  /** What is rejected or waited for without anybody caring belongs to asynchronous disposal alone. */
  #disposer(at: number, outcome: Step['outcome']): () => unknown {
    return () => {
      this.log.push(`begin ${at}`);
      if (outcome === 'throws' || (outcome === 'rejects' && !this.#isAsync)) throw at;
      if (outcome === 'ends' || !this.#isAsync) return undefined;
      return this.#end(at, outcome);
    };
  }

  async #end(at: number, outcome: Step['outcome']): Promise<void> {
    await later();
    this.log.push(`end ${at}`);
    if (outcome === 'rejects') throw at;
  }

  #give({ kind, outcome }: Step, at: number): void {
    const stack = this.#stack;
    const run = this.#disposer(at, outcome);
    const runSync = this.#disposer(at, outcome === 'rejects' || outcome === 'waits' ? 'ends' : outcome);
    const both = { [Symbol.dispose]: runSync, [Symbol.asyncDispose]: run };
    if (kind === 'defer') stack.defer(run);
    else if (kind === 'adopt') stack.adopt(at, run);
    else if (kind === 'null') stack.use(null);
    else if (kind === 'wrong')
      this.log.push(shapeOf((caught(() => stack.use({} as never)) as unknown[])[0] instanceof TypeError));
    else if (kind === 'move') this.#stack = stack.move();
    else if (kind === 'nested') this.#nest(run);
    else if (kind === 'use' || !this.#isAsync) stack.use({ [Symbol.dispose]: runSync });
    else stack.use(kind === 'useBoth' ? both : { [Symbol.asyncDispose]: run });
  }

  #nest(run: () => unknown): void {
    const inner = this.#make();
    inner.defer(run);
    inner.defer(() => {
      throw 'inner';
    });
    this.#stack.use(inner as never);
  }
}

/** A property: a random program has the same effects, in the same order, and the same errors in both. */
export function sameAs(subject: Disposal, oracle: Disposal): fc.IAsyncProperty<[readonly Step[], boolean]> {
  return fc.asyncProperty(steps, fc.boolean(), async (program, isAsync) => {
    const make = isAsync ? ('async' as const) : ('sync' as const);
    const expected = await new Trial(oracle[make], isAsync).run(program);
    assert.deepEqual(await new Trial(subject[make], isAsync).run(program), expected);
  });
}
