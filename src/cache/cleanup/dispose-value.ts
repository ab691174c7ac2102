/** The method that ends a value: `[Symbol.asyncDispose]` or else `[Symbol.dispose]`; a value without one needs no end. */
export function disposeValue(value: unknown): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined;
  const { [Symbol.asyncDispose]: later, [Symbol.dispose]: now } = value as Partial<AsyncDisposable & Disposable>;
  return (later ?? now)?.call(value);
}
