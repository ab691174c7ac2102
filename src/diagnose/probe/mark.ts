/** Marks a thread that is watched already, by this copy of the package or by another. */
const WATCHED = Symbol.for('plimsoll.probe');

/** Marks this thread as watched; `false` when it is already. */
export function takeThread(): boolean {
  if (Reflect.has(process, WATCHED)) return false;
  return Reflect.defineProperty(process, WATCHED, { value: true, configurable: true });
}

/** Takes the mark away. */
export function giveThreadBack(): void {
  Reflect.deleteProperty(process, WATCHED);
}
