/**
 * What the server sends, read with distrust: another version may leave things out or add some, a part that failed says
 * `{ unavailable }` in place of its figures. What is not there, or not of its type, is `null`.
 */

/** A value within a value, by names. */
export function pick(value: unknown, ...path: readonly string[]): unknown {
  let found: unknown = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

export function number(value: unknown, ...path: readonly string[]): number | null {
  const found = pick(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

export function text(value: unknown, ...path: readonly string[]): string | null {
  const found = pick(value, ...path);
  return typeof found === 'string' && found !== '' ? found : null;
}

export function list(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = pick(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** Numbers by name, the largest first. */
export function counts(value: unknown, ...path: readonly string[]): readonly (readonly [string, number])[] {
  const found = pick(value, ...path);
  if (typeof found !== 'object' || found === null) return [];
  const pairs = Object.entries(found).filter((pair): pair is [string, number] => typeof pair[1] === 'number');
  return pairs.sort(([, a], [, b]) => b - a);
}

/** Why a part could not be asked; `null` when it could. */
export function unavailable(value: unknown, ...path: readonly string[]): string | null {
  return text(value, ...path, 'unavailable');
}

/** Whether there is such a part at all, with or without figures in it. */
export function has(value: unknown, name: string): boolean {
  const found = pick(value, name);
  return found !== undefined && found !== null;
}

/** A moment given in ms or as a date in text. */
export function moment(value: unknown, ...path: readonly string[]): number | null {
  const found = pick(value, ...path);
  const at = typeof found === 'string' ? Date.parse(found) : found;
  return typeof at === 'number' && Number.isFinite(at) ? at : null;
}

/** How bad something is. */
export type Level = 'ok' | 'warning' | 'critical';

export function level(value: unknown, ...path: readonly string[]): Level | null {
  const found = pick(value, ...path);
  if (found === 'healthy') return 'ok';
  return found === 'ok' || found === 'warning' || found === 'critical' ? found : null;
}
