/** Objects that are to be collected, held in a way that does not keep them. */
import { invalidOption } from '../../base/options.ts';

/** A weak hold on one object, with a name to report it by. */
export class Tracked {
  readonly name: string;
  readonly #ref: WeakRef<object>;

  constructor(object: object, name: string) {
    this.name = name;
    this.#ref = new WeakRef(object);
  }

  /** The hold itself. `deref()` keeps the object alive until the current job is over. */
  get ref(): WeakRef<object> {
    return this.#ref;
  }

  /** Whether the object is gone. Says so only after a collection. */
  get isCollected(): boolean {
    return this.#ref.deref() === undefined;
  }
}

/**
 * A weak hold on `object`, to be checked later by `expectCollected`, when the variables that hold it are gone.
 *
 * @param name - stands in reports; default: the name of its class
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` for a value that is never collected
 */
export function track(object: object, name?: string): Tracked {
  if (!isCollectable(object)) throw invalidOption('object', 'an object or a function', object);
  return new Tracked(object, name ?? classNameOf(object));
}

/** What a check for collection can be given: never the object itself. */
export type Collectable = Tracked | WeakRef<object> | (() => object | Promise<object>);

/** @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` for the object itself */
export function readCollectable(target: Collectable): Collectable {
  if (target instanceof Tracked || isWeakRef(target) || typeof target === 'function') return target;
  throw invalidOption(
    'what is to be collected',
    'a function that makes the object, a WeakRef or a handle of track(), as who is given the object itself holds it',
    target,
  );
}

/** Takes a weak hold on what is given; nothing of what `make` returns is left in any frame. */
export function holdOf(target: Collectable, name: string | undefined): Tracked | Promise<Tracked> {
  if (target instanceof Tracked) return target;
  if (isWeakRef(target)) return renamed(target, name ?? 'the object');
  const made = target();
  return isThenable(made) ? made.then((object) => track(object, name)) : track(made, name);
}

function renamed(ref: WeakRef<object>, name: string): Tracked {
  const object = ref.deref();
  // One that is gone already is as good as collected.
  return new Tracked(object ?? {}, object === undefined ? name : classNameOf(object));
}

function isWeakRef(value: unknown): value is WeakRef<object> {
  return Object.prototype.toString.call(value) === '[object WeakRef]';
}

function isThenable(value: unknown): value is Promise<object> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function isCollectable(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function classNameOf(object: object): string {
  if (typeof object === 'function') return `function ${object.name || '(anonymous)'}`;
  const maker: unknown = Object.getPrototypeOf(object) === null ? undefined : object.constructor;
  return typeof maker === 'function' && maker.name !== '' ? maker.name : 'object';
}
