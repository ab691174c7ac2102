/**
 * How many private fields (`#name`) the instances of a class have. Reflection does not show them, but the text of the
 * class declares them. What they refer to cannot be reached; their slots are counted.
 */

import { exec, functionText, isProxy } from './natives.ts';

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;

/** `#name;` or `#name = ...` where a declaration can begin; not `this.#name = ...`, not `static`, no method. */
const DECLARATION = /(?:^|[{};\n])\s*#[\w$\u0080-\uffff]+\s*(?=[=;}\n])/g;

/** Longest chain of prototypes that is followed. */
const MAX_CHAIN = 100;

/** Longest class text that is read. */
const MAX_TEXT = 100_000;

const known = new WeakMap<object, number>();

/** Private fields of the instances whose prototype is `prototype`, inherited ones included. */
export function privateFields(prototype: object): number {
  const remembered = known.get(prototype);
  if (remembered !== undefined) return remembered;
  let count = 0;
  let level: object | null = prototype;
  for (let steps = 0; steps < MAX_CHAIN && level !== null && level !== Object.prototype && !isProxy(level); steps++) {
    count += declaredBy(level);
    level = getPrototypeOf(level) as object | null;
  }
  known.set(prototype, count);
  return count;
}

function declaredBy(prototype: object): number {
  const maker = getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
  if (typeof maker !== 'function') return 0;
  const text = functionText.call(maker);
  if (!text.startsWith('class') || text.length > MAX_TEXT || !text.includes('#')) return 0;
  let count = 0;
  while (exec.call(DECLARATION, text) !== null) count++;
  return count;
}
